//! Words and numbers as the report writes them.

/// Text as HTML, in elements and in quoted attributes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Not allowed in a document at all.
            c if c.is_control() && !c.is_whitespace() => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

/// The first letters of a name, and that there were more.
pub fn short(name: &str, letters: usize) -> String {
    match name.char_indices().nth(letters) {
        Some((cut, _)) => format!("{}\u{2026}", &name[..cut]),
        None => name.to_owned(),
    }
}

/// A number to three digits, or to its last whole one: plain from a thousandth to ten million, with thin spaces between
/// thousands, else as a power of ten; a dash for what is not a number.
pub fn number(x: f64) -> String {
    rounded(x, 3)
}

/// A number with its sign of per cent; a dash for what is not a number.
pub fn per_cent(x: f64) -> String {
    if x.is_nan() { number(x) } else { format!("{} %", number(x)) }
}

/// A number to so many digits.
fn rounded(x: f64, digits: i32) -> String {
    let size = x.abs();
    if x.is_nan() {
        "\u{2013}".to_owned()
    } else if x.is_infinite() {
        signed(if x > 0.0 { "\u{221E}" } else { "-\u{221E}" })
    } else if size == 0.0 {
        "0".to_owned()
    } else if !(1e-3..1e7).contains(&size) {
        signed(&format!("{x:.*e}", digits as usize - 2))
    } else {
        let decimals = digits - 1 - size.log10().floor() as i32;
        signed(&thousands(x, decimals.max(0) as usize))
    }
}

/// A number on an axis: all of its digits, of which a round number has few.
pub fn tick(x: f64) -> String {
    let size = x.abs();
    if size == 0.0 {
        "0".to_owned()
    } else if (1e-3..1e6).contains(&size) {
        signed(&thousands(x, 6))
    } else {
        ten_to(x)
    }
}

/// A round number as a power of ten, with its digit where that is not 1.
pub fn ten_to(x: f64) -> String {
    let written = format!("{x:.6e}");
    let (digits, power) = written.split_once('e').unwrap_or((&written, "0"));
    let digits = trimmed(digits);
    let raised: String = power.chars().map(superscript).collect();
    match digits {
        "1" => format!("10{raised}"),
        digits => signed(&format!("{digits}\u{B7}10{raised}")),
    }
}

fn superscript(c: char) -> char {
    match c {
        '-' => '\u{207B}',
        '1' => '\u{B9}',
        '2' => '\u{B2}',
        '3' => '\u{B3}',
        _ => c.to_digit(10).and_then(|d| char::from_u32(0x2070 + d)).unwrap_or(c),
    }
}

/// A tolerance or another power of ten: `1e-4`. A quotient of two is one too, but for its last bits.
pub fn power(x: f64) -> String {
    let rounded = format!("{x:.6e}").parse().unwrap_or(x);
    if x.is_finite() { signed(&format!("{rounded:e}")) } else { number(x) }
}

/// Mean and standard deviation, or the value alone where there is one.
pub fn spread(values: &[f64]) -> String {
    let mean = mean(values);
    if values.len() < 2 {
        return number(mean);
    }
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    let deviation = (squares / (values.len() - 1) as f64).sqrt();
    if deviation == 0.0 {
        return number(mean);
    }
    format!("{} \u{B1} {}", number(mean), rounded(deviation, 2))
}

/// The mean; NaN of nothing.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Bytes in the unit that suits them.
pub fn bytes(count: f64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let (mut count, mut unit) = (count, 0);
    while count >= 1024.0 && unit + 1 < units.len() {
        count /= 1024.0;
        unit += 1;
    }
    if count.is_nan() { number(count) } else { format!("{} {}", number(count), units[unit]) }
}

/// A hyphen before a digit is a minus; and no line is broken there.
fn signed(text: &str) -> String {
    text.replace('-', "\u{2212}")
}

/// Without the zeros at the end of its decimals.
fn trimmed(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

fn thousands(x: f64, decimals: usize) -> String {
    let written = format!("{:.*}", decimals, x.abs());
    let written = trimmed(&written);
    let (whole, decimals) = written.split_at(written.find('.').unwrap_or(written.len()));
    let mut out = String::from(if x < 0.0 { "-" } else { "" });
    for (i, digit) in whole.chars().enumerate() {
        // 9999 needs no help.
        if i > 0 && (whole.len() - i).is_multiple_of(3) && whole.len() > 4 {
            out.push('\u{2009}');
        }
        out.push(digit);
    }
    out + decimals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_texts_is_text() {
        assert_eq!(
            escaped("<b a='1' c=\"2\">&\u{0}"),
            "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;\u{FFFD}"
        );
    }

    #[test]
    fn numbers_are_short() {
        for (x, text) in [
            (0.0, "0"),
            (1234.0, "1234"),
            (20_025.0, "20\u{2009}025"),
            (-12.34, "\u{2212}12.3"),
            (0.5, "0.5"),
            (0.012_345, "0.0123"),
            (9.999, "10"),
            (1.5e-5, "1.5e\u{2212}5"),
            (f64::NAN, "\u{2013}"),
            (f64::INFINITY, "\u{221E}"),
        ] {
            assert_eq!(number(x), text);
        }
        assert_eq!(power(1e-4), "1e\u{2212}4");
        assert_eq!(power(1e-4 * 1e-3), "1e\u{2212}7");
        for (x, text) in [
            (0.0, "0"),
            (0.2, "0.2"),
            (-2e4, "\u{2212}20\u{2009}000"),
            (1e-4, "10\u{207B}\u{2074}"),
            (2e12, "2\u{B7}10\u{B9}\u{B2}"),
        ] {
            assert_eq!(tick(x), text);
        }
        assert_eq!(bytes(3.0 * 1024.0 * 1024.0), "3 MiB");
        // The deviation of a sample: sqrt((1 + 0 + 1) / 2).
        assert_eq!(spread(&[1.0, 2.0, 3.0]), "2 \u{B1} 1");
        assert_eq!(spread(&[7.0, 7.0]), "7");
    }
}
