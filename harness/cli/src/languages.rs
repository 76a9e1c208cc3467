//! Systems in other languages: a command of the user's, and what it is made of.
//!
//! Nobody can ask a process who it is before it runs, so its identity is what it is started from: the words of the
//! command, the content of every file among them and in `files`, and the config that it is told. Editing an engine
//! makes another run. How long an answer is waited for cannot change one, and is left out.
//!
//! ```toml
//! [system]
//! name = "external"
//! [system.config]
//! command = ["python3", "docs/examples/momentum.py"]
//! timeout_seconds = 60   # for one answer
//! files = []             # what the engine reads beside the files of its command
//! [system.config.engine] # what the engine is told in `hello`
//! first = 0
//! ```

use std::path::Path;

use domain::digest::{CanonicalBytes, Digest};
use external::PROTOCOL;
use external::system::{External, NAME, Terms};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use toml::{Table, Value};

use crate::error::CliError;
use crate::registry::{Built, Entry, typed};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    command: Vec<String>,
    #[serde(default = "one_minute")]
    timeout_seconds: u32,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    engine: Table,
}

/// Longer than any engine takes for one day, and the most that a wait is for something that never comes.
const TIMEOUT_SECONDS_MAX: u32 = 86_400;

const fn one_minute() -> u32 {
    60
}

/// The line of the registry.
pub(crate) fn external() -> Entry {
    // The version of the protocol, as text.
    const VERSION: &str = "1";
    const _: () = assert!(PROTOCOL == 1);
    Entry::of(NAME, VERSION, "Asks an engine in another language, in a process of its own.", |table, folder| {
        let config: Config = typed(table)?;
        check(&config)?;
        let told = json("engine", &Value::Table(config.engine.clone()))?;
        let digest = identity(&config, &told, folder)?;
        let full = Table::try_from(&config).map_err(|error| error.to_string())?;
        let Config { command, timeout_seconds, .. } = config;
        let system = External::new(Terms { command, folder: folder.to_owned(), timeout_seconds, config: told });
        let (days, instruments) = (Vec::new(), Vec::new());
        Ok(Built { digest, config: full, days, instruments, system: Box::new(system) })
    })
}

/// The words of an argument `external:COMMAND`; `None` for any other.
pub(crate) fn command_of(argument: &str) -> Option<Result<Vec<String>, CliError>> {
    let command = argument.strip_prefix(NAME)?.strip_prefix(':')?;
    Some(words(command).map_err(|what| {
        let hint = "for example --system 'external:python3 engine.py'";
        CliError::bad_input(format!("--system {argument}: {what}"), hint)
    }))
}

/// The config of a command with an engine's own table.
pub(crate) fn config(command: Vec<String>, engine: Table) -> Table {
    let words = command.into_iter().map(Value::String).collect();
    [("command".to_owned(), Value::Array(words)), ("engine".to_owned(), Value::Table(engine))].into_iter().collect()
}

/// Words parted by spaces; single or double quotes hold one together. Nothing else has a meaning: no variable, no
/// escape, no pipe.
fn words(command: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for letter in command.chars() {
        match (letter, quote) {
            (_, Some(open)) if letter == open => quote = None,
            (_, Some(_)) => word.get_or_insert_default().push(letter),
            ('\'' | '"', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (' ' | '\t', None) => words.extend(word.take()),
            (_, None) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    match (quote, words.first()) {
        (Some(open), _) => Err(format!("the quote {open} is not closed")),
        (None, None) => Err("the command is empty".to_owned()),
        (None, Some(_)) => Ok(words),
    }
}

fn check(config: &Config) -> Result<(), String> {
    if config.command.first().is_none_or(|program| program.trim().is_empty()) {
        return Err("command is empty: expected a program and its arguments, a text each".to_owned());
    }
    if !(1..=TIMEOUT_SECONDS_MAX).contains(&config.timeout_seconds) {
        let (found, most) = (config.timeout_seconds, TIMEOUT_SECONDS_MAX);
        return Err(format!("timeout_seconds is {found}: expected a whole number from 1 to {most}"));
    }
    Ok(())
}

/// What the answers may depend on.
fn identity(config: &Config, told: &Json, folder: &Path) -> Result<Digest, String> {
    let mut bytes = CanonicalBytes::new();
    bytes.put_text("prometheus external config v1").put_u64(config.command.len() as u64);
    for (at, word) in config.command.iter().enumerate() {
        bytes.put_text(word);
        // A program without a slash is looked for in the path of the machine, not in the folder.
        if (at > 0 || word.contains('/')) && folder.join(word).is_file() {
            put_file(&mut bytes, word, folder)?;
        }
    }
    bytes.put_u64(config.files.len() as u64);
    for file in &config.files {
        bytes.put_text(file);
        put_file(&mut bytes, file, folder)?;
    }
    bytes.put_text(&told.to_string());
    Ok(Digest::of(bytes.as_slice()))
}

fn put_file(bytes: &mut CanonicalBytes, name: &str, folder: &Path) -> Result<(), String> {
    let refused = |error: std::io::Error| {
        let text = error.to_string();
        format!("{name} cannot be read: {}", text.split(" (os error").next().unwrap_or_default().to_lowercase())
    };
    let content = std::fs::read(folder.join(name)).map_err(refused)?;
    bytes.put_bytes(&Digest::of(&content).0);
    Ok(())
}

/// A value of TOML as JSON: days become text, and a number that is none is refused.
fn json(key: &str, value: &Value) -> Result<Json, String> {
    let inner = |name: &str, value: &Value| json(&format!("{key}.{name}"), value);
    Ok(match value {
        Value::String(text) => Json::from(text.as_str()),
        Value::Integer(number) => Json::from(*number),
        Value::Boolean(flag) => Json::from(*flag),
        Value::Datetime(day) => Json::from(day.to_string()),
        Value::Float(number) if number.is_finite() => Json::from(*number),
        Value::Float(number) => return Err(format!("{key} is {number}: expected a finite number")),
        Value::Array(list) => {
            let numbered = list.iter().enumerate().map(|(at, value)| inner(&at.to_string(), value));
            Json::Array(numbered.collect::<Result<_, _>>()?)
        }
        Value::Table(table) => {
            let named = table.iter().map(|(name, value)| Ok((name.clone(), inner(name, value)?)));
            Json::Object(named.collect::<Result<_, String>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::words;
    use crate::registry::Registry;

    fn told(config: &str) -> String {
        let table = config.parse().unwrap();
        let built = Registry::builtin().assemble_in(Path::new("src"), "external", &table);
        built.map_or_else(|error| error.to_string(), |running| running.identity.config_digest.to_string())
    }

    #[test]
    fn quotes_hold_words_together() {
        assert_eq!(words("python3  a.py --k v").unwrap(), ["python3", "a.py", "--k", "v"]);
        assert_eq!(
            words("run 'my engine.py' \"it's\" '' a'b c'd").unwrap(),
            ["run", "my engine.py", "it's", "", "ab cd"]
        );
        assert_eq!(words("run 'a").unwrap_err(), "the quote ' is not closed");
        assert_eq!(words("  ").unwrap_err(), "the command is empty");
    }

    #[test]
    fn an_identity_is_made_of_words_files_and_config_but_not_of_patience() {
        let digests = [
            told("command = [\"run\", \"lib.rs\"]"),
            told("command = [\"run\", \"main.rs\"]"),
            told("command = [\"run\"]"),
            told("command = [\"run\"]\nfiles = [\"lib.rs\"]"),
            told("command = [\"run\"]\n[engine]\nfirst = 0"),
        ];
        let mut distinct = digests.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), digests.len());
        assert!(digests.iter().all(|digest| digest.len() == 64), "{digests:?}");
        assert_eq!(digests[2], told("command = [\"run\"]\ntimeout_seconds = 5"));
    }

    #[test]
    fn a_config_that_cannot_stand_is_refused_by_its_key() {
        for (config, named) in [
            ("command = []", "command is empty"),
            ("command = \"run\"", "command is \"run\": expected a list"),
            ("command = [\"run\"]\ntimeout_seconds = 0", "timeout_seconds is 0"),
            ("command = [\"run\"]\nfiles = [\"absent.bin\"]", "absent.bin cannot be read"),
            ("command = [\"run\"]\n[engine]\na = { b = [1, nan] }", "engine.a.b.1 is NaN: expected a finite number"),
            ("command = [\"run\"]\nfirst = 0", "first"),
        ] {
            assert!(told(config).contains(named), "{config}: {}", told(config));
        }
    }
}
