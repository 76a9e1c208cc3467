//! A small reader of Rust source: enough to measure functions and count what a module shows.
//!
//! Comments, strings and characters are blanked first, so that a brace or a keyword inside them counts for nothing;
//! what is left is cut into words and single signs, each with its line.

/// A word or a sign of the source, and the line it stands on, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

/// A function with a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    /// The line of `fn`.
    pub line: usize,
    /// Lines from `fn` to the closing brace, both counted.
    pub length: usize,
}

/// A public item, and the module that shows it: empty for the file's own, `exact` or `a::b` for one inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicItem {
    pub module: String,
    pub line: usize,
}

/// The source cut into tokens, without comments and literals.
pub fn tokens(source: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for (at, line) in blanked(source).lines().enumerate() {
        let mut in_word = false;
        for letter in line.chars() {
            let word = letter.is_alphanumeric() || letter == '_';
            match tokens.last_mut() {
                Some(last) if word && in_word => last.text.push(letter),
                _ if !letter.is_whitespace() => tokens.push(Token { text: letter.to_string(), line: at + 1 }),
                _ => {}
            }
            in_word = word;
        }
    }
    tokens
}

/// Every function with a body, inner ones too.
pub fn functions(tokens: &[Token]) -> Vec<Function> {
    let starts = (0..tokens.len()).filter(|&at| tokens[at].text == "fn");
    starts.filter_map(|at| function_at(tokens, at)).collect()
}

fn function_at(tokens: &[Token], start: usize) -> Option<Function> {
    let name = tokens.get(start + 1).filter(|token| token.text != "(")?;
    let open = body_start(tokens, start)?;
    let mut depth = 0_usize;
    for token in &tokens[open..] {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let line = tokens[start].line;
            return Some(Function { name: name.text.clone(), line, length: token.line - line + 1 });
        }
    }
    None
}

/// The first `{` outside parentheses and brackets; `None` when a `;` comes first, as in a trait.
fn body_start(tokens: &[Token], start: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.text.as_str() {
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            "{" if depth == 0 => return Some(at),
            ";" if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// Every unrestricted `pub` item that stands directly in a module. Modules and re-exports are signposts, not items.
pub fn public_items(tokens: &[Token]) -> Vec<PublicItem> {
    const ITEMS: [&str; 11] =
        ["fn", "struct", "enum", "trait", "const", "static", "type", "union", "async", "unsafe", "extern"];
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    // The open braces: `Some(name)` for a module's, `None` for any other.
    let mut open: Vec<Option<&str>> = Vec::new();
    let mut items = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "{" => open.push((at >= 2 && text(at - 2) == "mod").then(|| text(at - 1))),
            "}" => drop(open.pop()),
            "pub" if ITEMS.contains(&text(at + 1)) && open.iter().all(Option::is_some) => {
                let module: Vec<&str> = open.iter().flatten().copied().collect();
                items.push(PublicItem { module: module.join("::"), line: token.line });
            }
            _ => {}
        }
    }
    items
}

/// The source with every comment and literal replaced by blanks; line breaks stay where they are.
fn blanked(source: &str) -> String {
    let letters: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < letters.len() {
        let end = skipped(&letters, at);
        if end == at {
            out.push(letters[at]);
            at += 1;
        } else {
            out.extend(letters[at..end].iter().map(|letter| if *letter == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    out
}

/// The end of the comment or literal that begins at `at`, or `at` when none does.
fn skipped(letters: &[char], at: usize) -> usize {
    let next = |offset: usize| letters.get(at + offset).copied().unwrap_or(' ');
    let after_word = at > 0 && (letters[at - 1].is_alphanumeric() || letters[at - 1] == '_');
    match letters[at] {
        '/' if next(1) == '/' => (at..letters.len()).find(|&end| letters[end] == '\n').unwrap_or(letters.len()),
        '/' if next(1) == '*' => block_comment_end(letters, at),
        '"' => string_end(letters, at + 1),
        'r' if !after_word => raw_string_end(letters, at + 1).unwrap_or(at),
        'b' | 'c' if !after_word && next(1) == 'r' => raw_string_end(letters, at + 2).unwrap_or(at),
        // A quote opens a character when it is escaped or closed two letters on; else it names a lifetime.
        '\'' if next(1) == '\\' => {
            (at + 3..letters.len()).find(|&end| letters[end] == '\'').map_or(letters.len(), |end| end + 1)
        }
        '\'' if next(2) == '\'' => at + 3,
        _ => at,
    }
}

fn block_comment_end(letters: &[char], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while at + 1 < letters.len() {
        match (letters[at], letters[at + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    letters.len()
}

fn string_end(letters: &[char], start: usize) -> usize {
    let mut at = start;
    while at < letters.len() {
        match letters[at] {
            '"' => return at + 1,
            '\\' => at += 2,
            _ => at += 1,
        }
    }
    letters.len()
}

/// The end of a raw string whose hashes, if any, begin at `start`; `None` when it is no raw string.
fn raw_string_end(letters: &[char], start: usize) -> Option<usize> {
    let hashes = letters[start..].iter().take_while(|letter| **letter == '#').count();
    if letters.get(start + hashes) != Some(&'"') {
        return None;
    }
    let closes = |at: usize| {
        letters[at] == '"' && letters[at + 1..].iter().take(hashes).filter(|letter| **letter == '#').count() == hashes
    };
    let close = (start + hashes + 1..letters.len()).find(|&at| closes(at));
    Some(close.map_or(letters.len(), |at| at + 1 + hashes))
}

#[cfg(test)]
mod tests {
    use super::{Function, functions, public_items, tokens};

    fn lengths(source: &str) -> Vec<(String, usize, usize)> {
        functions(&tokens(source)).into_iter().map(|Function { name, line, length }| (name, line, length)).collect()
    }

    #[test]
    fn braces_in_literals_and_comments_count_for_nothing() {
        let source = r###"
fn a() { // {
    let text = "{ \" {";
    let raw = r#"{ " {"#;
    let letter = '{';
    let quote = '\'';
    /* { /* { */ */
}
fn b<'a>(x: &'a [u8; 3]) -> u8 where u8: Copy { x[0] }
"###;
        assert_eq!(lengths(source), vec![("a".into(), 2, 7), ("b".into(), 9, 1)]);
    }

    #[test]
    fn declarations_and_pointers_have_no_body() {
        let source = "trait T { fn a(&self) -> [u8; 2]; fn b(&self) {\n} }\ntype F = fn(u8) -> u8;";
        assert_eq!(lengths(source), vec![("b".into(), 1, 2)]);
    }

    #[test]
    fn inner_functions_are_measured_too() {
        assert_eq!(lengths("fn a() {\nfn b() {\n}\n}"), vec![("a".into(), 1, 4), ("b".into(), 2, 2)]);
    }

    #[test]
    fn what_a_module_shows() {
        let source = "
pub fn a() {}
pub(crate) fn hidden() {}
pub struct B { pub field: u8 }
impl B { pub fn method(&self) {} }
pub mod exact {
    pub const fn c() {}
    mod deeper { pub trait D { } }
}
pub use x::y;
pub mod z;
fn e() { pub fn inner() {} }";
        let shown: Vec<(String, usize)> =
            public_items(&tokens(source)).into_iter().map(|item| (item.module, item.line)).collect();
        let expected =
            [("", 2), ("", 4), ("exact", 7), ("exact::deeper", 8)].map(|(module, line)| (module.to_owned(), line));
        assert_eq!(shown, expected);
    }
}
