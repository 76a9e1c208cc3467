//! The files that rules look at: the repository's own, or a few planted ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Files by path relative to the root, with `/` between the parts.
pub struct Tree {
    files: BTreeMap<String, File>,
}

/// One file: its size, and its text where it is UTF-8.
pub struct File {
    pub bytes: u64,
    pub text: Option<String>,
}

/// What `.gitignore` leaves out.
fn is_ignored(name: &str) -> bool {
    [".git", ".prometheus", "target"].contains(&name) || name.ends_with(".partial")
}

impl Tree {
    /// Everything below `root` that belongs to the repository.
    pub fn of_folder(root: &Path) -> Self {
        let mut files = BTreeMap::new();
        collect(root, "", &mut files);
        Self { files }
    }

    /// A planted tree.
    pub fn of_texts(texts: &[(&str, &str)]) -> Self {
        let file = |text: &str| File { bytes: text.len() as u64, text: Some(text.to_owned()) };
        Self { files: texts.iter().map(|(path, text)| ((*path).to_owned(), file(text))).collect() }
    }

    /// All files, ascending by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// All texts below `folder` (with its closing slash; empty for all) whose name ends with `ending`.
    pub fn texts<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let wanted = move |path: &str| path.starts_with(folder) && path.ends_with(ending);
        self.files()
            .filter(move |(path, _)| wanted(path))
            .filter_map(|(path, file)| Some((path, file.text.as_deref()?)))
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.text.as_deref()
    }

    /// The names of the folders directly below `folder` (with its closing slash), ascending, each once.
    pub fn folders(&self, folder: &str) -> Vec<&str> {
        let below = self.files().filter_map(|(path, _)| path.strip_prefix(folder)?.split_once('/'));
        let mut names: Vec<&str> = below.map(|(name, _)| name).collect();
        names.dedup();
        names
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if is_ignored(&name) {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else {
            // A file that another process has just renamed away is no longer part of the tree.
            let Ok(content) = fs::read(entry.path()) else { continue };
            let bytes = content.len() as u64;
            files.insert(path, File { bytes, text: String::from_utf8(content).ok() });
        }
    }
}
