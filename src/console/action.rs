//! The one table of everything that the console can be asked to do. Its ids are those of keymaps, the palette
//! and the command line; its texts are the help, the footer's hints and the table in the README.

use super::context::Context;
use super::language::Language;

/// What an action wants beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// Nothing.
    Nothing,
    /// Something, and asks for it where it is missing.
    Asked(&'static str),
}

/// One row of the table.
#[derive(Debug)]
pub struct Row {
    /// The action.
    pub action: Action,
    /// Its id.
    pub id: &'static str,
    /// Where it makes sense.
    pub places: &'static [Context],
    /// What it wants beside it.
    pub wants: Wants,
    texts: [&'static str; 4],
}

macro_rules! actions {
    ($($action:ident $id:literal $places:ident $(($wants:literal))? [$en:literal, $it:literal, $pt:literal, $es:literal])*) => {
        /// What the console can be asked to do; [`Row`] tells about each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs)]
        pub enum Action { $($action),* }

        static ROWS: &[Row] = &[$(Row {
            action: Action::$action,
            id: $id,
            places: $places,
            wants: actions!(@wants $($wants)?),
            texts: [$en, $it, $pt, $es],
        }),*];
    };
    (@wants) => { Wants::Nothing };
    (@wants $wants:literal) => { Wants::Asked($wants) };
}

const EVERYWHERE: &[Context] = &Context::ALL;
const LISTS: &[Context] = &[
    Context::Inbox,
    Context::Thread,
    Context::Wall,
    Context::Picker,
    Context::Prompt,
    Context::Palette,
    Context::Help,
];
const INBOX: &[Context] = &[Context::Inbox];
const TICKET: &[Context] = &[Context::Inbox, Context::Thread];
const WRITING: &[Context] = &[Context::Inbox, Context::Thread, Context::Composer];
const SUPERVISED: &[Context] = &[Context::Inbox, Context::Thread, Context::Wall];
const THREAD: &[Context] = &[Context::Thread];
const OPEN_THREAD: &[Context] = &[Context::Thread, Context::Composer];
const COMPOSER: &[Context] = &[Context::Composer];
const TYPING: &[Context] = &[
    Context::Composer,
    Context::Picker,
    Context::Prompt,
    Context::Palette,
    Context::Help,
    Context::Login,
];
const CHOOSING: &[Context] = &[
    Context::Picker,
    Context::Prompt,
    Context::Palette,
    Context::Help,
    Context::Confirm,
    Context::Login,
    Context::Wall,
];
const FIELDS: &[Context] = &[Context::Picker, Context::Login];
const PICKER: &[Context] = &[Context::Picker];

actions! {
    // Everywhere.
    Help "help" EVERYWHERE ["keys that work here", "i tasti che valgono qui", "teclas que valem aqui", "teclas que valen aquí"]
    Palette "palette" EVERYWHERE ["find any action", "cerca un'azione", "procurar uma ação", "buscar una acción"]
    CommandLine "command-line" EVERYWHERE ["type a command", "scrivi un comando", "digitar um comando", "escribir un comando"]
    Back "back" EVERYWHERE ["one step back", "un passo indietro", "um passo atrás", "un paso atrás"]
    Quit "quit" EVERYWHERE ["leave Guichet", "esci da Guichet", "sair do Guichet", "salir de Guichet"]
    Suspend "suspend" EVERYWHERE ["stop, back to the shell", "sospendi, torna alla shell", "suspender, voltar ao shell", "suspender, volver al shell"]
    Redraw "redraw" EVERYWHERE ["draw the screen anew", "ridisegna lo schermo", "redesenhar a tela", "redibujar la pantalla"]
    Reconnect "reconnect" EVERYWHERE ["connect again now", "riconnetti ora", "reconectar agora", "reconectar ahora"]
    GoInbox "inbox" EVERYWHERE ["the inbox", "i ticket in arrivo", "caixa de entrada", "bandeja de entrada"]
    GoWall "wall" EVERYWHERE ["the wall: queues, agents, lines", "il quadro: code, agenti, linee", "painel: filas, agentes, linhas", "panel: colas, agentes, líneas"]
    Spread "spread" EVERYWHERE ["even out who has how much", "pareggia i carichi", "equilibrar as cargas", "equilibrar las cargas"]
    NextForMe "next" EVERYWHERE ["next ticket that needs me", "prossimo ticket che mi aspetta", "próximo ticket que precisa de mim", "siguiente ticket que me necesita"]
    JumpBack "jump-back" EVERYWHERE ["where I was before", "dov'ero prima", "onde eu estava", "donde estaba antes"]
    JumpForward "jump-forward" EVERYWHERE ["and forward again", "e di nuovo avanti", "e de novo adiante", "y otra vez adelante"]
    Undo "undo" EVERYWHERE ["undo the last action, or take a message back", "annulla l'ultima azione o ritira il messaggio", "desfazer a última ação ou recolher a mensagem", "deshacer la última acción o retirar el mensaje"]
    DoNotDisturb "do-not-disturb" EVERYWHERE ["notifications on or off", "notifiche sì o no", "notificações sim ou não", "notificaciones sí o no"]
    Available "available" EVERYWHERE ["take new tickets", "prendi nuovi ticket", "receber novos tickets", "recibir nuevos tickets"]
    Busy "busy" EVERYWHERE ["finish what you have, no new tickets; again to take them", "finisci quello che hai, nessun nuovo ticket; di nuovo per prenderne", "terminar o que tem, nenhum ticket novo; de novo para receber", "terminar lo que tienes, ningún ticket nuevo; otra vez para recibirlos"]
    WrapUp "wrap-up" EVERYWHERE ["write up the last one, no new tickets; again to take them", "concludi l'ultimo, nessun nuovo ticket; di nuovo per prenderne", "concluir o último, nenhum ticket novo; de novo para receber", "concluir el último, ningún ticket nuevo; otra vez para recibirlos"]
    Break "break" EVERYWHERE ["have a break, and say why; again to be back", "fai una pausa, e dì perché; di nuovo per tornare", "fazer uma pausa, e dizer por quê; de novo para voltar", "hacer una pausa, y decir por qué; otra vez para volver"]
    Theme "theme" EVERYWHERE ("theme") ["choose the theme", "scegli il tema", "escolher o tema", "elegir el tema"]
    Keymap "keymap" EVERYWHERE ("keymap") ["choose the keymap", "scegli i tasti", "escolher o mapa de teclas", "elegir el mapa de teclas"]
    Language "language" EVERYWHERE ("language") ["choose the language", "scegli la lingua", "escolher o idioma", "elegir el idioma"]
    Mouse "mouse" EVERYWHERE ["mouse on or off", "mouse sì o no", "mouse sim ou não", "ratón sí o no"]
    Previews "previews" EVERYWHERE ["pictures in threads: on or off, or how", "immagini nelle conversazioni: sì o no, o come", "imagens nas conversas: sim ou não, ou como", "imágenes en las conversaciones: sí o no, o cómo"]
    SaveSettings "save-settings" EVERYWHERE ["keep theme, keys, language, mouse and previews for the next start", "conserva tema, tasti, lingua, mouse e immagini per il prossimo avvio", "guardar tema, teclas, idioma, mouse e imagens para o próximo início", "guardar tema, teclas, idioma, ratón e imágenes para el próximo inicio"]
    Messages "messages" EVERYWHERE ["what was told before", "i messaggi precedenti", "avisos anteriores", "avisos anteriores"]

    // Moving.
    Down "down" LISTS ["down", "giù", "para baixo", "abajo"]
    Up "up" LISTS ["up", "su", "para cima", "arriba"]
    PageDown "page-down" LISTS ["a page down", "una pagina giù", "uma página abaixo", "una página abajo"]
    PageUp "page-up" LISTS ["a page up", "una pagina su", "uma página acima", "una página arriba"]
    HalfDown "half-page-down" LISTS ["half a page down", "mezza pagina giù", "meia página abaixo", "media página abajo"]
    HalfUp "half-page-up" LISTS ["half a page up", "mezza pagina su", "meia página acima", "media página arriba"]
    Top "top" LISTS ["to the top", "in cima", "ao topo", "al principio"]
    Bottom "bottom" LISTS ["to the bottom", "in fondo", "ao fim", "al final"]

    // The inbox.
    Open "open" INBOX ["open the ticket", "apri il ticket", "abrir o ticket", "abrir el ticket"]
    View "view" EVERYWHERE ("view") ["go to a view: mine, waiting ...", "vai a una vista: miei, in attesa ...", "ir a uma vista: meus, esperando ...", "ir a una vista: míos, esperando ..."]
    NextView "next-view" INBOX ["next view", "vista successiva", "próxima vista", "vista siguiente"]
    PreviousView "previous-view" INBOX ["previous view", "vista precedente", "vista anterior", "vista anterior"]
    Search "search" TICKET ("search") ["find tickets and customers", "cerca ticket e clienti", "procurar tickets e clientes", "buscar tickets y clientes"]
    Mark "mark" INBOX ["mark the ticket", "segna il ticket", "marcar o ticket", "marcar el ticket"]
    MarkRange "mark-range" INBOX ["mark from the last marked one to here", "segna dall'ultimo segnato fin qui", "marcar do último marcado até aqui", "marcar desde el último marcado hasta aquí"]
    MarkAll "mark-all" INBOX ["mark all that are loaded; again, all of the list", "segna tutti quelli caricati; di nuovo, tutto l'elenco", "marcar todos os carregados; de novo, toda a lista", "marcar todos los cargados; otra vez, toda la lista"]
    Unmark "unmark" INBOX ["mark none", "togli i segni", "desmarcar todos", "desmarcar todos"]
    TakeNext "take-next" TICKET ["take the most urgent one", "prendi il più urgente", "pegar o mais urgente", "tomar el más urgente"]

    // Tickets.
    Take "take" TICKET ["take it", "prendilo", "pegar", "tomarlo"]
    AcceptOffer "accept-offer" EVERYWHERE ["take the ticket that is offered to you", "prendi il ticket che ti è proposto", "pegar o ticket que é oferecido a você", "tomar el ticket que se te ofrece"]
    DeclineOffer "decline-offer" EVERYWHERE ["decline the ticket that is offered to you", "rifiuta il ticket che ti è proposto", "recusar o ticket que é oferecido a você", "rechazar el ticket que se te ofrece"]
    Assign "assign" SUPERVISED ("assign") ["give it to a colleague", "dallo a un collega", "passar a um colega", "pasarlo a un colega"]
    Whisper "whisper" TICKET ("text") ["propose to who has it what to write", "proponi a chi l'ha cosa scrivere", "propor a quem o tem o que escrever", "proponer a quien lo tiene qué escribir"]
    TakeWhisper "take-whisper" OPEN_THREAD ["write what the supervisor proposes", "scrivi ciò che il supervisore propone", "escrever o que o supervisor propõe", "escribir lo que propone el supervisor"]
    Release "release" TICKET ["give it back to the queue", "rimettilo in coda", "devolver à fila", "devolverlo a la cola"]
    Move "move" TICKET ("queue") ["move it to another queue", "spostalo in un'altra coda", "mover para outra fila", "moverlo a otra cola"]
    HandOver "hand-over" TICKET ("who") ["hand it over with a note: bruno, billing or bruno/billing, then the note", "passalo con una nota: bruno, fatture o bruno/fatture, poi la nota", "passar com uma nota: bruno, faturas ou bruno/faturas, depois a nota", "pasarlo con una nota: bruno, facturas o bruno/facturas, luego la nota"]
    Solve "solve" WRITING ["solve", "risolvi", "resolver", "resolver"]
    SolveNext "solve-next" WRITING ["solve, and on to the next", "risolvi e vai al prossimo", "resolver e ir ao próximo", "resolver y pasar al siguiente"]
    Reopen "reopen" TICKET ["open it again", "riaprilo", "reabrir", "reabrirlo"]
    Pend "pending" TICKET ["wait for the customer", "in attesa del cliente", "esperar o cliente", "esperar al cliente"]
    Hold "hold" TICKET ["wait for a third party", "in attesa di terzi", "esperar terceiros", "esperar a un tercero"]
    Snooze "snooze" WRITING ("snooze") ["put it to sleep: 2h, tomorrow 9, next message", "rimanda: 2h, domani 9, prossimo messaggio", "adiar: 2h, amanhã 9, próxima mensagem", "posponer: 2h, mañana 9, próximo mensaje"]
    Priority "priority" SUPERVISED ("priority") ["set how urgent it is", "imposta l'urgenza", "definir a urgência", "fijar la urgencia"]
    Acknowledge "acknowledge" SUPERVISED ["take care of what escalates: nothing further for a while", "occupati di ciò che è in escalation: per un po' nient'altro", "cuidar do que está em escalonamento: nada mais por um tempo", "encargarse de lo que escala: nada más por un rato"]
    Tag "tag" WRITING ("tag") ["add a tag, or take one away: -tag", "aggiungi un'etichetta, o toglila: -nome", "pôr uma etiqueta, ou tirar: -nome", "poner una etiqueta, o quitarla: -nombre"]
    Note "note" SUPERVISED ["write a note for colleagues", "scrivi una nota ai colleghi", "escrever uma nota aos colegas", "escribir una nota a los colegas"]
    Reply "reply" TICKET ["answer the customer", "rispondi al cliente", "responder ao cliente", "responder al cliente"]
    Template "template" WRITING ["send a template", "invia un modello", "enviar um modelo", "enviar una plantilla"]
    Consents "consents" TICKET ["what the customer agreed to; write it down", "a cosa ha acconsentito il cliente; annotalo", "com o que o cliente concordou; anotar", "a qué accedió el cliente; anotarlo"]
    Follow "follow" TICKET ["be told of what happens to it, or no longer", "segui il ticket, o smetti", "seguir o ticket, ou parar", "seguir el ticket, o dejarlo"]
    Todo "todo" TICKET ("what") ["note what is to be done: @bruno call him back / tomorrow 9", "annota cosa c'è da fare: @bruno richiamarlo / domani 9", "anotar o que fazer: @bruno ligar de volta / amanhã 9", "anotar qué hacer: @bruno devolverle la llamada / mañana 9"]
    TodoDone "todo-done" TICKET ("number") ["it is done, or to be done again, by its number", "è fatto, o da rifare, per numero", "está feito, ou a refazer, pelo número", "está hecho, o por rehacer, por su número"]
    Field "field" TICKET ("field") ["set a field: category refund; category - empties it", "imposta un campo: category rimborso; category - lo svuota", "definir um campo: category reembolso; category - o esvazia", "fijar un campo: category reembolso; category - lo vacía"]
    Link "link" TICKET ("ticket") ["it is about the same matter as another ticket: 1017; -1017 takes that back", "riguarda la stessa cosa di un altro ticket: 1017; -1017 lo toglie", "é sobre o mesmo assunto de outro ticket: 1017; -1017 desfaz", "trata del mismo asunto que otro ticket: 1017; -1017 lo quita"]
    Linked "linked" TICKET ["to the earlier or a linked ticket", "al ticket precedente o collegato", "ao ticket anterior ou ligado", "al ticket anterior o enlazado"]
    MergeTicket "merge-ticket" TICKET ("ticket") ["one ticket of two of this customer: this one goes on for 1017 too", "un ticket da due di questo cliente: questo continua anche per il 1017", "um ticket de dois deste cliente: este continua também pelo 1017", "un ticket de dos de este cliente: este continúa también por el 1017"]
    UnmergeTicket "unmerge-ticket" TICKET ("ticket") ["take that back: 1017 stands by itself again", "annulla l'unione: il 1017 è di nuovo a sé", "desfazer a união: o 1017 fica de novo à parte", "deshacer la unión: el 1017 vuelve a estar aparte"]
    SplitTicket "split-ticket" THREAD ["another ticket begins at this message of the customer", "un altro ticket comincia da questo messaggio del cliente", "outro ticket começa nesta mensagem do cliente", "otro ticket empieza en este mensaje del cliente"]
    MarkRead "mark-read" TICKET ["mark as read", "segna come letto", "marcar como lido", "marcar como leído"]
    Merge "merge" TICKET ("ticket") ["the customer is the same person as that of another ticket", "il cliente è la stessa persona di un altro ticket", "o cliente é a mesma pessoa de outro ticket", "el cliente es la misma persona de otro ticket"]
    Split "split" TICKET ["the customer is another person than those he was merged with", "il cliente non è la persona con cui fu unito", "o cliente não é a pessoa com quem foi unido", "el cliente no es la persona con la que fue unido"]
    Why "why" TICKET ["why it is here, why this agent, why now", "perché è qui, perché questo agente, perché ora", "por que está aqui, por que este agente, por que agora", "por qué está aquí, por qué este agente, por qué ahora"]
    CopyNumber "copy-number" TICKET ["copy the customer's number", "copia il numero del cliente", "copiar o número do cliente", "copiar el número del cliente"]

    // The thread.
    Quote "quote" THREAD ["answer this message, quoting it", "rispondi citando il messaggio", "responder citando a mensagem", "responder citando el mensaje"]
    React "react" THREAD ("emoji") ["react to the message with an emoji, or take that back", "reagisci al messaggio con un'emoji, o toglila", "reagir à mensagem com um emoji, ou tirar", "reaccionar al mensaje con un emoji, o quitarlo"]
    FirstUnread "first-unread" THREAD ["to the first unread message", "al primo messaggio non letto", "à primeira não lida", "al primer mensaje sin leer"]
    WholeConversation "whole-conversation" THREAD ["this ticket or the whole conversation", "questo ticket o tutta la conversazione", "este ticket ou toda a conversa", "este ticket o toda la conversación"]
    Retry "retry" THREAD ["send the failed message once more", "invia di nuovo il messaggio fallito", "enviar de novo a mensagem que falhou", "enviar otra vez el mensaje fallido"]
    GiveUp "give-up" THREAD ["give the message up", "rinuncia al messaggio", "desistir da mensagem", "desistir del mensaje"]
    Arrived "arrived" THREAD ["the unconfirmed message did arrive", "il messaggio incerto è arrivato", "a mensagem incerta chegou", "el mensaje incierto llegó"]
    CopyMessage "copy-message" THREAD ["copy the message", "copia il messaggio", "copiar a mensagem", "copiar el mensaje"]
    OpenFile "open-file" THREAD ["open the file, or play it", "apri il file, o ascoltalo", "abrir o arquivo, ou tocá-lo", "abrir el archivo, o reproducirlo"]
    SaveFile "save-file" THREAD ["save the file, or the contact cards; a path may follow", "salva il file, o i contatti; può seguire un percorso", "salvar o arquivo, ou os contatos; pode seguir um caminho", "guardar el archivo, o los contactos; puede seguir una ruta"]
    Raw "raw" THREAD ["what an edited message said before; or the message as WhatsApp sent it, in JSON", "cosa diceva prima un messaggio modificato; o il messaggio come l'ha inviato WhatsApp, in JSON", "o que uma mensagem editada dizia antes; ou a mensagem como o WhatsApp a enviou, em JSON", "qué decía antes un mensaje editado; o el mensaje como lo envió WhatsApp, en JSON"]
    PreviousTicket "previous-ticket" TICKET ["previous ticket of the inbox", "ticket precedente", "ticket anterior", "ticket anterior"]
    NextTicket "next-ticket" TICKET ["next ticket of the inbox", "ticket successivo", "próximo ticket", "ticket siguiente"]

    // The composer.
    Send "send" COMPOSER ["send", "invia", "enviar", "enviar"]
    SendSolve "send-and-solve" COMPOSER ["send and solve", "invia e risolvi", "enviar e resolver", "enviar y resolver"]
    Canned "canned" COMPOSER ["take a canned reply or a template; so does / in an empty text", "prendi una risposta pronta o un modello; anche con / a testo vuoto", "usar uma resposta pronta ou um modelo; também com / em texto vazio", "usar una respuesta preparada o una plantilla; también con / en texto vacío"]
    Newline "newline" COMPOSER ["new line", "a capo", "nova linha", "nueva línea"]
    ToggleNote "toggle-note" COMPOSER ["reply or note", "risposta o nota", "resposta ou nota", "respuesta o nota"]
    ExternalEditor "editor" COMPOSER ["write in $EDITOR", "scrivi in $EDITOR", "escrever no $EDITOR", "escribir en $EDITOR"]
    Insert "insert" OPEN_THREAD ("form") ["insert buttons, a list, a link, a place, a card ...", "inserisci pulsanti, una lista, un link, un luogo, un contatto ...", "inserir botões, uma lista, um link, um lugar, um contato ...", "insertar botones, una lista, un enlace, un lugar, un contacto ..."]
    Attach "attach" OPEN_THREAD ("path") ["attach a file by its path", "allega un file dal suo percorso", "anexar um arquivo pelo caminho", "adjuntar un archivo por su ruta"]
    Detach "detach" COMPOSER ["leave the last file out, or stop sending it", "togli l'ultimo file, o fermane l'invio", "tirar o último arquivo, ou parar o envio", "quitar el último archivo, o parar el envío"]
    LinkPreview "link-preview" COMPOSER ["send the link with a preview, or without", "invia il link con l'anteprima, o senza", "enviar o link com prévia, ou sem", "enviar el enlace con vista previa, o sin ella"]
    Unquote "unquote" COMPOSER ["quote nothing", "togli la citazione", "tirar a citação", "quitar la cita"]

    // Text.
    CharLeft "char-left" TYPING ["left", "sinistra", "esquerda", "izquierda"]
    CharRight "char-right" TYPING ["right", "destra", "direita", "derecha"]
    LineUp "line-up" COMPOSER ["a line up", "una riga su", "uma linha acima", "una línea arriba"]
    LineDown "line-down" COMPOSER ["a line down", "una riga giù", "uma linha abaixo", "una línea abajo"]
    WordLeft "word-left" TYPING ["a word left", "una parola a sinistra", "uma palavra à esquerda", "una palabra a la izquierda"]
    WordRight "word-right" TYPING ["a word right", "una parola a destra", "uma palavra à direita", "una palabra a la derecha"]
    LineStart "line-start" TYPING ["start of the line", "inizio riga", "início da linha", "inicio de línea"]
    LineEnd "line-end" TYPING ["end of the line", "fine riga", "fim da linha", "fin de línea"]
    TextStart "text-start" COMPOSER ["start of the text", "inizio del testo", "início do texto", "inicio del texto"]
    TextEnd "text-end" COMPOSER ["end of the text", "fine del testo", "fim do texto", "fin del texto"]
    SelectLeft "select-left" COMPOSER ["select to the left", "seleziona a sinistra", "selecionar à esquerda", "seleccionar a la izquierda"]
    SelectRight "select-right" COMPOSER ["select to the right", "seleziona a destra", "selecionar à direita", "seleccionar a la derecha"]
    SelectUp "select-up" COMPOSER ["select upwards", "seleziona in su", "selecionar acima", "seleccionar arriba"]
    SelectDown "select-down" COMPOSER ["select downwards", "seleziona in giù", "selecionar abaixo", "seleccionar abajo"]
    SelectAll "select-all" COMPOSER ["select all", "seleziona tutto", "selecionar tudo", "seleccionar todo"]
    CopyText "copy-text" COMPOSER ["copy what is selected", "copia la selezione", "copiar a seleção", "copiar la selección"]
    CutText "cut-text" COMPOSER ["cut what is selected", "taglia la selezione", "recortar a seleção", "cortar la selección"]
    DeleteBack "delete-back" TYPING ["delete to the left", "cancella a sinistra", "apagar à esquerda", "borrar a la izquierda"]
    DeleteForward "delete-forward" TYPING ["delete to the right", "cancella a destra", "apagar à direita", "borrar a la derecha"]
    DeleteWord "delete-word" TYPING ["delete a word", "cancella una parola", "apagar uma palavra", "borrar una palabra"]
    DeleteToEnd "delete-to-end" TYPING ["delete to the end of the line", "cancella fino a fine riga", "apagar até o fim da linha", "borrar hasta el fin de línea"]
    DeleteToStart "delete-to-start" TYPING ["delete to the start of the line", "cancella fino a inizio riga", "apagar até o início da linha", "borrar hasta el inicio de línea"]
    UndoEdit "undo-edit" COMPOSER ["undo in the text", "annulla nel testo", "desfazer no texto", "deshacer en el texto"]
    RedoEdit "redo-edit" COMPOSER ["redo in the text", "ripeti nel testo", "refazer no texto", "rehacer en el texto"]

    // Choosing.
    Accept "accept" CHOOSING ["accept", "conferma", "aceitar", "aceptar"]
    Complete "complete" COMPLETING ["complete", "completa", "completar", "completar"]
    NextField "next-field" FIELDS ["next field", "campo successivo", "próximo campo", "campo siguiente"]
    PreviousField "previous-field" FIELDS ["previous field", "campo precedente", "campo anterior", "campo anterior"]
    TemplateLanguage "template-language" PICKER ["another language", "altra lingua", "outro idioma", "otro idioma"]
    TemplateInstead "template-instead" PICKER ["the template that may be sent in its place", "il modello che si può inviare al suo posto", "o modelo que pode ser enviado no lugar", "la plantilla que puede enviarse en su lugar"]
    TemplateSync "template-sync" PICKER ["compare the templates with WhatsApp now", "confronta ora i modelli con WhatsApp", "comparar agora os modelos com o WhatsApp", "comparar ahora las plantillas con WhatsApp"]
    TemplateCategory "template-category" PICKER ["another category", "altra categoria", "outra categoria", "otra categoría"]
}

const COMPLETING: &[Context] = &[Context::Prompt, Context::Palette];

impl Action {
    /// Every row, in the order of the help.
    pub fn rows() -> &'static [Row] {
        ROWS
    }

    /// Its row.
    pub fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// Its id.
    pub fn id(self) -> &'static str {
        self.row().id
    }

    /// What it does, in a few words.
    pub fn about(self, language: Language) -> &'static str {
        self.row().texts[language as usize]
    }

    /// The action of an id.
    pub fn of(id: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.id == id).map(|row| row.action)
    }

    /// The action whose id is most like a mistyped one.
    pub fn nearest(id: &str) -> Option<Self> {
        let likeness = |row: &&Row| (strsim::jaro_winkler(row.id, id) * 1000.0) as u32;
        ROWS.iter().max_by_key(likeness).filter(|row| likeness(row) > 700).map(|row| row.action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_are_unique_and_lead_back() {
        let ids: HashSet<_> = ROWS.iter().map(|row| row.id).collect();
        assert_eq!(ids.len(), ROWS.len());
        for (place, row) in ROWS.iter().enumerate() {
            assert_eq!(row.action as usize, place);
            assert_eq!(Action::of(row.id), Some(row.action));
        }
        assert_eq!(Action::nearest("asign"), Some(Action::Assign));
    }
}
