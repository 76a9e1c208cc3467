//! The report of a check as Markdown, for pull requests.

use super::report::Checked;
use crate::commands::reference::shown;
use crate::examination::Problem;
use crate::output::Report as _;
use crate::table::Align;
use crate::tapes::CheckedTape;

/// The summary: verdict, table of cases, what went wrong, tapes.
pub fn summary(checked: &Checked) -> String {
    let sign = if checked.exit().is_pass() { "✅" } else { "❌" };
    let mut text = format!("## {sign} prometheus check: {}\n\n{}\n\n", checked.title(), checked.conclusion());
    text += &table(&Checked::COLUMNS, &checked.rows());
    if !checked.reference.pairs.is_empty() {
        text += "\n### v2 beside v1\n\n";
        text += &table(&shown::COLUMNS, &shown::rows(&checked.reference.pairs));
        text += "\n";
        text += &table(&shown::MEASURES, &shown::measure_rows(&checked.reference.pairs));
        let register = &checked.reference.register;
        text +=
            &format!("\n<details><summary>Expected differences</summary>\n\n```text\n{register}```\n\n</details>\n");
    }
    for (name, problems) in checked.problems() {
        let told: String = problems.iter().map(Problem::text).collect();
        text += &format!("\n### {}\n\n```text\n{told}```\n", escaped(&name));
    }
    text += "\n<details><summary>Tapes</summary>\n\n";
    text += &table(&CheckedTape::COLUMNS, &CheckedTape::rows(&checked.tapes));
    text + "\n</details>\n"
}

fn table(columns: &[(&str, Align)], rows: &[Vec<String>]) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let rule = |align: &Align| match align {
        Align::Left => ":--".to_owned(),
        Align::Right => "--:".to_owned(),
    };
    let mut text = line(columns.iter().map(|(name, _)| (*name).to_owned()).collect());
    text += &line(columns.iter().map(|(_, align)| rule(align)).collect());
    rows.iter().for_each(|row| text += &line(row.iter().map(|cell| escaped(cell)).collect()));
    text
}

/// A cell or heading in which nothing is taken for markup.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::table;
    use crate::table::Align;

    #[test]
    fn a_table_is_a_line_each_and_its_cells_are_text() {
        let text = table(&[("case", Align::Left), ("equity", Align::Right)], &[vec!["a|b".into(), "1\n2".into()]]);
        assert_eq!(text, "| case | equity |\n| :-- | --: |\n| a\\|b | 1 2 |\n");
    }
}
