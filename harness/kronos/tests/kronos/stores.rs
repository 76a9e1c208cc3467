//! The store: what was told to stand stands, one writer at a time, and a torn tail is moved, not lost.

use std::fs;
use std::path::PathBuf;

use kronos::act::{Request, World};
use kronos::actor::ActorKind as K;
use kronos::object::ExpectedOutcome;
use kronos::store::{Store, StoreError, read, repair};

use crate::support::{Bench, Letters, bench, purpose, wish};

/// A folder of its own that goes when the test ends well.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kronos-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    fn log(&self) -> PathBuf {
        self.0.join("actions.jsonl")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn does(store: &mut Store, bench: &Bench, kind: K, request: Request) -> Result<u64, StoreError> {
    let world = World { policy: &bench.policy, configs: &Letters, verdicts: &bench.shelf };
    store.act(&bench.act(kind, request), &world).map(|row| row.number)
}

#[test]
fn what_was_done_is_there_for_the_next_process() {
    let (folder, bench) = (Folder::new("next"), bench());
    assert_eq!(read(&folder.0).unwrap().rows.len(), 0);
    let head = {
        let mut store = Store::open(&folder.0).unwrap();
        assert_eq!(does(&mut store, &bench, K::Kronos, Request::Propose(wish("x", 0))).unwrap(), 1);
        assert!(matches!(does(&mut store, &bench, K::Engine, Request::Discard(1)), Err(StoreError::Refused(_))));
        assert_eq!(does(&mut store, &bench, K::Reviewer, Request::Discard(1)).unwrap(), 2);
        store.log().head()
    };
    let reading = read(&folder.0).unwrap();
    assert_eq!((reading.rows.len(), reading.log.head()), (2, head));
    assert_eq!(Store::open(&folder.0).unwrap().log(), &reading.log);
}

#[test]
fn two_writers_are_one_too_many_and_readers_are_none() {
    let folder = Folder::new("two");
    let store = Store::open(&folder.0).unwrap();
    let second = Store::open(&folder.0).unwrap_err();
    assert!(
        matches!(second, StoreError::Busy { .. }) && second.to_string().contains("lock: another process"),
        "{second}"
    );
    assert!(matches!(repair(&folder.0), Err(StoreError::Busy { .. })));
    assert!(read(&folder.0).is_ok());
    drop(store);
    assert!(Store::open(&folder.0).is_ok());
}

#[test]
fn an_alert_is_written_although_the_act_is_refused() {
    let (folder, bench) = (Folder::new("alert"), bench());
    let mut store = Store::open(&folder.0).unwrap();
    let made = Request::Create(wish("bad", 0), purpose(ExpectedOutcome::NegativeControl));
    let control = does(&mut store, &bench, K::Kronos, made).unwrap();
    let refused = does(&mut store, &bench, K::Reviewer, Request::Approve(control, None)).unwrap_err();
    assert!(refused.to_string().contains("NEGATIVE_CONTROL"), "{refused}");
    drop(store);
    let reading = read(&folder.0).unwrap();
    assert_eq!(reading.log.state().open_alerts().collect::<Vec<_>>(), [(2, control)]);
}

#[test]
fn a_torn_tail_is_found_at_every_byte_and_moved_away() {
    let (folder, bench) = (Folder::new("torn"), bench());
    let mut store = Store::open(&folder.0).unwrap();
    does(&mut store, &bench, K::Kronos, Request::Propose(wish("x", 0))).unwrap();
    let whole = fs::read(folder.log()).unwrap();
    does(&mut store, &bench, K::Reviewer, Request::Discard(1)).unwrap();
    drop(store);
    let longer = fs::read(folder.log()).unwrap();
    for end in (whole.len() + 1..longer.len()).step_by(37) {
        fs::write(folder.log(), &longer[..end]).unwrap();
        let refusal = Store::open(&folder.0).unwrap_err().to_string();
        assert!(refusal.contains(&format!("stopped after {} bytes", end - whole.len())), "{refusal}");
        let kept = repair(&folder.0).unwrap().unwrap();
        assert_eq!(fs::read(kept).unwrap(), longer[whole.len()..end]);
        assert_eq!(fs::read(folder.log()).unwrap(), whole);
    }
    assert_eq!(repair(&folder.0).unwrap(), None);
    let mut store = Store::open(&folder.0).unwrap();
    assert_eq!(does(&mut store, &bench, K::Reviewer, Request::Discard(1)).unwrap(), 2);
}

#[test]
fn a_repair_touches_nothing_but_a_torn_tail() {
    let (folder, bench) = (Folder::new("edited"), bench());
    let mut store = Store::open(&folder.0).unwrap();
    does(&mut store, &bench, K::Kronos, Request::Propose(wish("x", 0))).unwrap();
    drop(store);
    let edited = fs::read_to_string(folder.log()).unwrap().replace("as planned", "as wanted!");
    fs::write(folder.log(), &edited).unwrap();
    let refusal = repair(&folder.0).unwrap_err();
    assert!(refusal.to_string().contains("line 2: the line was edited"), "{refusal}");
    assert_eq!(fs::read_to_string(folder.log()).unwrap(), edited);
}
