//! What gradients cost that are equally good, as a table.

use super::look::{class, named};
use super::tables::{END, head};
use super::text::{escaped, number, power};
use crate::reproduce::record::{EqualError, Summary};
use std::fmt::Write;

/// One table: tasks, and the ways of each.
pub(super) fn section(equal: &[EqualError], summary: &Summary) -> String {
    if equal.is_empty() {
        return String::new();
    }
    let mut out = String::from("<h2>Cost at equal gradient error</h2>\n");
    out.push_str(&head(&[
        "<way",
        "<settings",
        "rtol",
        "backwards",
        "gradient error",
        "work",
        "work, of pooled",
        "time, of pooled",
    ]));
    for of_task in equal.chunk_by(|a, b| a.task == b.task && a.rtol == b.rtol) {
        let first = &of_task[0];
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "<tr class=\"group\"><th class=\"left\" colspan=\"8\">{} <small>as good as pooled at rtol {}: error {}</small></th></tr>",
            escaped(&first.task),
            power(first.rtol),
            number(first.mark)
        );
        for e in of_task {
            let [work, seconds] = e.ratios(equal).unwrap_or([f64::NAN; 2]);
            let _ = writeln!(
                out,
                "<tr class=\"{}\"><td class=\"left\">{}</td><td class=\"left\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>\
                 <td>{}</td><td>{}</td></tr>",
                class(e.way),
                named(e.way),
                if e.literal { "the paper\u{2019}s" } else { "its own" },
                number(e.found_rtol),
                e.backward_over_forward
                    .map_or(String::from("\u{2013}"), |times| format!("\u{d7} {times}")),
                number(e.gradient_error),
                number(e.work),
                number(work),
                number(seconds)
            );
        }
    }
    out.push_str(END);
    let _ = writeln!(
        out,
        "<p>The cheapest gradient of each way whose error is at most a tenth over that which the pooled norm has at the experiment\u{2019}s \
         tolerance, forwards and backwards together, of the first test batch (of its first rows, where it is large) and in double precision: the loosest tolerance for it, \
         from a tenth down in steps of a quarter of a decade, the ratio of absolute to relative tolerance as it is. Backwards: the tolerance \
         there, times that of the forward solve; of three that strategies of our own may choose from, the one with the least work. Work: floating-point \
         operations over those of one evaluation of the field. The least work of a strategy at its own settings is, at the median over \
         tasks, {} of what the pooled norm needs at the paper\u{2019}s, and {} of its time.</p>",
        number(summary.median_work_at_equal_error),
        number(summary.median_seconds_at_equal_error)
    );
    out
}
