//! The face of a decision system over a process.
//!
//! The process is started at the first decision, told of every day before it, and from then on asked once a day. If the
//! system took up a saved state, the days of the run that lie behind are told again, each with its book, and the
//! answers must have the digest that was saved.

use std::path::PathBuf;

use domain::decision::Decision;
use domain::system::{DecisionSystem, StateError, SystemFailure, Today};
use domain::view::View;

use crate::answer;
use crate::fault::Fault;
use crate::past::Past;
use crate::process::Process;
use crate::told::{Book, Day, Hello, Told};

/// The name by which scenarios and journals call the system.
pub const NAME: &str = "external";

/// How the process is started.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Where it starts; empty for the current folder.
    pub folder: PathBuf,
    /// How long an answer is waited for.
    pub timeout_seconds: u32,
    /// What the engine is told of its config.
    pub config: serde_json::Value,
}

/// A system in a process of its own.
#[derive(Debug)]
pub struct External {
    terms: Terms,
    process: Option<Process>,
    /// What has been told and heard.
    past: Past,
    /// What was saved, until a process has been told of it.
    saved: Option<Past>,
    asked: String,
    failure: Option<SystemFailure>,
}

impl External {
    /// The system; nothing is started yet.
    #[must_use]
    pub fn new(terms: Terms) -> Self {
        let (past, asked) = (Past::default(), String::new());
        Self { terms, process: None, past, saved: None, asked, failure: None }
    }

    fn answer(&mut self, today: &Today<'_>) -> Result<Decision, Fault> {
        if self.process.is_none() {
            self.start(today)?;
        }
        let book = Book::from(&today.book);
        self.day(&today.view, Some((today.day_number, book)), false)
    }

    /// A fresh process, told of everything up to yesterday.
    fn start(&mut self, today: &Today<'_>) -> Result<(), Fault> {
        let Terms { command, folder, timeout_seconds, config } = &self.terms;
        "ready".clone_into(&mut self.asked);
        let hello = line_of(&Told::Hello(Hello::new(&today.view, today.streams.seed().0, config)))?;
        let mut process = Process::start(command, folder, *timeout_seconds)?;
        let greeting = process.ask(hello);
        self.process = Some(process);
        let greeting = greeting?;
        answer::ready(&greeting)?;
        self.past.hear(&greeting);

        let saved = self.saved.take();
        let behind = saved.as_ref().map_or(0, Past::days);
        if behind != today.day_number {
            return Err(Fault::OtherDay { saved: behind, now: today.day_number });
        }
        let mut books = saved.iter().flat_map(Past::books);
        for lag in (1..today.view.day_count()).rev() {
            let Some(view) = today.view.earlier(lag) else { continue };
            let number = (today.day_number as usize).checked_sub(lag).map(|number| number as u32);
            let traded = number.and_then(|number| Some((number, books.next()?)));
            self.day(&view, traded, saved.is_some())?;
        }
        match &saved {
            Some(saved) if saved.answers() != self.past.answers() => Err(Fault::Unrepeatable(behind)),
            _ => Ok(()),
        }
    }

    fn day(&mut self, view: &View<'_>, traded: Option<(u32, Book)>, replayed: bool) -> Result<Decision, Fault> {
        self.asked = view.today().to_string();
        if let Some((_, book)) = &traded {
            self.past.push(book);
        }
        let trade = traded.is_some();
        let question = line_of(&Told::Day(Box::new(Day::new(view, traded, replayed))))?;
        let process = self.process.as_mut().ok_or(Fault::Closed)?;
        let line = process.ask(question)?;
        let decision = answer::decision(&line, view, trade)?;
        self.past.hear(&line);
        Ok(decision)
    }

    /// Ends the process and keeps why.
    fn fail(&mut self, fault: &Fault) -> SystemFailure {
        let stderr = self.process.take().map(Process::kill).unwrap_or_default();
        let failure = fault.of(&self.terms.command.join(" "), &self.asked, &stderr);
        self.failure = Some(failure.clone());
        failure
    }
}

impl DecisionSystem for External {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        if self.failure.is_some() {
            return Decision::default();
        }
        self.answer(today).unwrap_or_else(|fault| {
            self.fail(&fault);
            Decision::default()
        })
    }

    fn save(&self) -> Vec<u8> {
        self.saved.as_ref().unwrap_or(&self.past).save()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        let past = Past::restore(state).ok_or_else(|| StateError::new(NAME, "its bytes end early or do not add up"))?;
        (self.process, self.past, self.failure, self.saved) = (None, Past::default(), None, Some(past));
        Ok(())
    }

    fn failure(&self) -> Option<SystemFailure> {
        self.failure.clone()
    }

    fn finish(&mut self) -> Result<(), SystemFailure> {
        let Some(process) = self.process.as_mut() else { return Ok(()) };
        "its end".clone_into(&mut self.asked);
        let ended = line_of(&Told::Bye {}).and_then(|bye| process.end(bye));
        ended.map_err(|fault| self.fail(&fault))
    }
}

/// A message as the line that is written.
fn line_of(told: &Told<'_>) -> Result<Vec<u8>, Fault> {
    let mut line = serde_json::to_vec(told).map_err(|error| Fault::Shape(error.to_string()))?;
    line.push(b'\n');
    Ok(line)
}
