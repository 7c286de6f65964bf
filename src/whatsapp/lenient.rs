//! Reading JSON of a stranger who mixes his kinds: a number where text was promised, text where a number
//! was, null for what is absent, an object where a word should be.

use crate::kit::Timestamp;
use serde::Deserialize;
use serde::de::{
    Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer,
};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Where JSON cannot be read. The reader's own words may quote what stands there, which is the customer's.
pub(crate) fn fault(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let what = match error.classify() {
        Category::Eof => "it ends too early",
        Category::Data => "it has another shape",
        Category::Syntax | Category::Io => "it is no JSON",
    };
    format!("{what}, line {} column {}", error.line(), error.column())
}

/// A member that should be text, number or boolean, whatever it is. Objects and lists read as nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Scalar<'a> {
    #[default]
    Nothing,
    Text(Cow<'a, str>),
    Int(i64),
    Float(f64),
    Bool(bool),
}

impl<'a> Scalar<'a> {
    /// The member as text; numbers are written out.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Scalar::Nothing => None,
            Scalar::Text(text) => Some(text),
            Scalar::Int(number) => Some(number.to_string().into()),
            Scalar::Float(number) => Some(number.to_string().into()),
            Scalar::Bool(flag) => Some(if flag { "true" } else { "false" }.into()),
        }
    }

    /// The same as text of its own.
    pub(crate) fn owned(self) -> Option<String> {
        self.text().map(Cow::into_owned)
    }

    /// The same, where empty text means that there is none: ids, names, kinds.
    pub(crate) fn filled(self) -> Option<String> {
        self.owned().filter(|text| !text.is_empty())
    }

    /// The member as a whole number.
    pub(crate) fn int(&self) -> Option<i64> {
        match self {
            Scalar::Int(number) => Some(*number),
            Scalar::Text(text) => text.trim().parse().ok(),
            Scalar::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                Some(*number as i64)
            }
            Scalar::Float(_) | Scalar::Nothing | Scalar::Bool(_) => None,
        }
    }

    /// The member as a finite number.
    pub(crate) fn float(&self) -> Option<f64> {
        match self {
            Scalar::Int(number) => Some(*number as f64),
            Scalar::Float(number) => Some(*number),
            Scalar::Text(text) => text.trim().parse().ok(),
            Scalar::Nothing | Scalar::Bool(_) => None,
        }
        .filter(|number| number.is_finite())
    }

    /// The member as a boolean.
    pub(crate) fn flag(&self) -> Option<bool> {
        match self {
            Scalar::Bool(flag) => Some(*flag),
            Scalar::Int(number) => Some(*number != 0),
            Scalar::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Scalar::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            Scalar::Text(_) | Scalar::Float(_) | Scalar::Nothing => None,
        }
    }

    /// The member as an instant: Unix seconds, or milliseconds where a number is too large for seconds.
    pub(crate) fn instant(&self) -> Option<Timestamp> {
        const FIRST_MILLIS: i64 = 100_000_000_000;
        match self.int()? {
            ..0 => None,
            seconds @ 0..FIRST_MILLIS => Some(Timestamp::from_secs(seconds)),
            millis => Some(Timestamp(millis)),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Scalar<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("anything")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(Cow::Owned(text.to_owned())))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Scalar::Int(number))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(i64::try_from(number)
                    .map_or_else(|_| Scalar::Text(number.to_string().into()), Scalar::Int))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Scalar::Float(number))
            }
            fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
                Ok(Scalar::Bool(flag))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Scalar::Nothing)
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar::Nothing)
            }
            fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Self::Value, S::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar::Nothing)
            }
        }
        from.deserialize_any(Any)
    }
}

macro_rules! scalars_read_as_nothing {
    () => {
        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("anything")
        }
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
    };
}

/// A member that should be an object; anything else reads as nothing.
#[derive(Clone, Debug)]
pub(crate) struct Obj<T>(pub(crate) Option<T>);

impl<T> Default for Obj<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Obj<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
            type Value = Obj<T>;
            scalars_read_as_nothing!();
            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Obj<T>, M::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(|object| Obj(Some(object)))
            }
            fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Obj<T>, S::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Obj::default())
            }
        }
        from.deserialize_any(Object(PhantomData))
    }
}

/// A member that should be a list of objects; elements that are none are left out, and a lone object
/// reads as a list of one.
#[derive(Clone, Debug)]
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Elements<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Elements<T> {
            type Value = List<T>;
            scalars_read_as_nothing!();
            fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<List<T>, S::Error> {
                let mut found = Vec::new();
                while let Some(Obj(element)) = list.next_element()? {
                    found.extend(element);
                }
                Ok(List(found))
            }
            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<List<T>, M::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(|one| List(vec![one]))
            }
        }
        from.deserialize_any(Elements(PhantomData))
    }
}

/// Reads `json` with `read`; if that fails, once more with every half of a broken surrogate pair replaced.
/// Names and texts are sometimes cut in the middle of an emoji, which is no reason to lose a message.
pub(crate) fn mended<T>(
    json: &str,
    read: impl Fn(&str) -> serde_json::Result<T>,
) -> serde_json::Result<T> {
    read(json).or_else(|error| match mend_surrogates(json) {
        Some(whole) => read(&whole),
        None => Err(error),
    })
}

/// `json` with each unpaired `\uD800`-`\uDFFF` escape replaced by `\ufffd`; `None` if there is none.
fn mend_surrogates(json: &str) -> Option<String> {
    let unit_at = |at: usize| {
        let escape = json.get(at..at + 6)?;
        u16::from_str_radix(escape.strip_prefix("\\u")?, 16).ok()
    };
    let mut whole = String::new();
    let (mut kept, mut at) = (0, 0);
    while let Some(found) = json.get(at..).and_then(|rest| rest.find('\\')) {
        let here = at + found;
        at = match unit_at(here) {
            Some(0xd800..=0xdbff) if matches!(unit_at(here + 6), Some(0xdc00..=0xdfff)) => {
                here + 12
            }
            Some(0xd800..=0xdfff) => {
                whole.push_str(&json[kept..here]);
                whole.push_str("\\ufffd");
                kept = here + 6;
                kept
            }
            Some(_) => here + 6,
            None => here + 2,
        };
    }
    if kept == 0 {
        return None;
    }
    whole.push_str(&json[kept..]);
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(json: &str) -> Scalar<'_> {
        serde_json::from_str(json).expect("JSON")
    }

    #[test]
    fn kinds_may_be_mixed() {
        for (json, text, int) in [
            (r#""12""#, Some("12"), Some(12)),
            ("12", Some("12"), Some(12)),
            ("12.0", Some("12"), Some(12)),
            ("18446744073709551615", Some("18446744073709551615"), None),
            ("true", Some("true"), None),
            ("null", None, None),
            (r#"{"a":[1,{"b":2}]}"#, None, None),
            (r#"[[1],"x"]"#, None, None),
        ] {
            assert_eq!(scalar(json).text().as_deref(), text, "{json}");
            assert_eq!(scalar(json).int(), int, "{json}");
        }
        assert_eq!(scalar(r#""1697043223""#).instant(), Some(Timestamp::from_secs(1_697_043_223)));
        assert_eq!(scalar("1697043223000").instant(), Some(Timestamp::from_secs(1_697_043_223)));
        assert_eq!(scalar(r#""soon""#).instant(), None);
        assert_eq!(scalar("-5").instant(), None);
        assert_eq!(scalar(r#""TRUE""#).flag(), Some(true));
        assert_eq!(scalar(r#""-1.5""#).float(), Some(-1.5));
        assert_eq!(scalar(r#""NaN""#).float(), None);
    }

    #[test]
    fn half_an_emoji_is_mended() {
        let read = |json: &str| mended(json, |json| serde_json::from_str::<String>(json));
        assert_eq!(read(r#""a \ud83d""#).ok().as_deref(), Some("a \u{fffd}"));
        assert_eq!(
            read(r#""\ude00 \ud83d\ude00 \ud83d\\ud""#).ok().as_deref(),
            Some("\u{fffd} 😀 \u{fffd}\\ud")
        );
        assert!(read(r#""\u12"#).is_err());
        assert_eq!(mend_surrogates(r#"{"plain":"\u00e9\\ud800"}"#), None);
    }
}
