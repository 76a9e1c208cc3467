//! The report of a check as JUnit XML: a suite for the tapes, one for the cases, one for the goldens,
//! one for the pairs of v1 and v2.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::report::Checked;
use crate::error::CliError;
use crate::examination::Problem;
use crate::exit::Exit;

/// The XML. It holds no times, so that equal checks have equal reports.
pub fn report(checked: &Checked) -> Result<String, CliError> {
    let mut tapes = TestSuite::new("tapes");
    for tape in &checked.tapes {
        tapes.add_test_case(test(&tape.tape, "tapes", &tape.problems));
    }
    let mut cases = TestSuite::new("cases");
    for case in &checked.cases {
        let mut test = test(&case.case, "cases", &case.problems);
        if let Some(run) = &case.run {
            test.set_system_out(format!("run {}\ndigest {}\n", run.run_id, run.digest));
        }
        cases.add_test_case(test);
    }
    let mut goldens = TestSuite::new("goldens");
    goldens.add_test_case(test("every golden has its scenario", "goldens", &checked.orphans));
    let mut pairs = TestSuite::new("pairs");
    for standing in &checked.reference.pairs {
        pairs.add_test_case(test(&standing.pair, "pairs", &standing.problems));
    }
    if !checked.reference.pairs.is_empty() || !checked.reference.problems.is_empty() {
        pairs.add_test_case(test("the reference is sealed and whole", "pairs", &checked.reference.problems));
    }
    let mut report = Report::new("prometheus check");
    report.add_test_suites([tapes, cases, goldens]);
    if !pairs.test_cases.is_empty() {
        report.add_test_suite(pairs);
    }
    report.to_string().map_err(|error| CliError::defect(format!("the JUnit report cannot be formed: {error}")))
}

fn test(name: &str, class: &str, problems: &[Problem]) -> TestCase {
    let status = match problems {
        [] => TestCaseStatus::success(),
        problems => failed(problems),
    };
    let mut test = TestCase::new(name, status);
    test.set_classname(format!("prometheus.{class}"));
    test
}

/// A result that is wrong is a failure; what kept the check from a result is an error.
fn failed(problems: &[Problem]) -> TestCaseStatus {
    let gravest = Exit::of_all(problems.iter().map(|problem| problem.verdict));
    let wrong = matches!(gravest, Exit::Regression | Exit::NotDeterministic | Exit::GateRefused);
    let mut status = TestCaseStatus::non_success(if wrong { NonSuccessKind::Failure } else { NonSuccessKind::Error });
    status.set_type(gravest.to_string()).set_message(problems[0].message.clone());
    status.set_description(problems.iter().map(Problem::text).collect::<Vec<_>>().join("\n"));
    status
}
