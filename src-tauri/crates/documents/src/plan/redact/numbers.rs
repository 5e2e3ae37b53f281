//! Phone numbers in the texts of authors.

use regex::Regex;
use std::ops::Range;

/// A number with a country code, and one without, has so many digits at least.
const DIGITS: usize = 8;
/// So many digits without anything between them are no number.
const LONGEST: usize = 20;

/// What tells a phone number from other figures, in time that grows with the text alone.
pub(super) struct Numbers {
    /// Digits with what may stand between those of one number; a plus begins another.
    row: Regex,
    digits: Regex,
    /// Dates, and hours from when to when.
    calendar: Regex,
    hours: Regex,
    /// Three, three and four digits.
    american: Regex,
}

impl Numbers {
    pub(super) fn new() -> Self {
        let made = |pattern: &str| {
            Regex::new(pattern).expect("BUG: a pattern of this file is none, whatever the text")
        };
        // Spaces of all widths, marks without any, points, strokes and dashes.
        let between = r"[\p{Zs}\t\p{Cf}./()\p{Pd}\x{2212}]{0,5}";
        let day = "(?:0?[1-9]|[12][0-9]|3[01])";
        let year = "(?:(?:19|20)[0-9]{2}|[0-9]{2})";
        let date = [
            format!("{day}/{day}/{year}"),
            format!(r"{day}\.{day}\.{year}"),
            format!("{day}-{day}-{year}"),
            "(?:19|20)[0-9]{2}-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12][0-9]|3[01])".into(),
        ]
        .join("|");
        let dash = r"[\p{Zs}\t]?[\p{Pd}\x{2212}][\p{Zs}\t]?";
        let clock = "(?:[01][0-9]|2[0-4])[0-5][0-9]";
        let range = format!("{clock}{dash}{clock}");
        Self {
            row: made(&format!(
                r"(?:\(?[+\x{{ff0b}}]{between}|\()?\d(?:{between}\d)*"
            )),
            digits: made(r"\d+"),
            calendar: made(&format!(r"\b(?:{date})(?:{dash}(?:{date}))*\b")),
            hours: made(&format!(r"\b{range}(?:[\p{{Zs}}/]+{range})*\b")),
            american: made(r"\b\d{3}[.\p{Pd}]\d{3}[.\p{Pd}]\d{4}\b"),
        }
    }

    /// Where phone numbers stand in a text; in order, apart from each other.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut out = Vec::new();
        for row in self.row.find_iter(text) {
            self.in_row(text, row.range(), &mut out);
        }
        out.extend(self.american.find_iter(text).map(|m| m.range()));
        out.sort_by_key(|part| part.start);
        out.dedup_by(|next, part| {
            let meet = next.start < part.end;
            if meet {
                part.end = part.end.max(next.end);
            }
            meet
        });
        out
    }

    /// Looks through digits that belong together: numbers begin at some of them, and dates and hours are none.
    fn in_row(&self, text: &str, row: Range<usize>, out: &mut Vec<Range<usize>>) {
        let whole = &text[row.clone()];
        let all: Vec<Group<'_>> = self
            .digits
            .find_iter(whole)
            .map(|m| Group::new(text, row.start + m.start()..row.start + m.end()))
            .collect();
        let none = all.iter().map(|g| g.count).sum::<usize>() < DIGITS;
        if none {
            return;
        }
        let within = |m: regex::Match<'_>| row.start + m.start()..row.start + m.end();
        let mut dates = self.calendar.find_iter(whole).map(within).peekable();
        let mut hours = self.hours.find_iter(whole).map(within).peekable();
        let mut open = whole.contains(['+', '\u{ff0b}']).then_some(Open {
            start: row.start,
            end: row.start,
            digits: 0,
            enough: true,
        });
        // Up to where everything was a date or hours, and up to where the last one was.
        let (mut clear, mut past) = (open.is_none(), row.start);
        for (i, g) in all.iter().enumerate() {
            if g.at.start < past {
                continue;
            }
            while dates.next_if(|d| d.start < g.at.start).is_some() {}
            while hours.next_if(|h| h.start < g.at.start).is_some() {}
            // A number that has begun takes in what it needs.
            let complete = open.as_ref().is_none_or(|o| o.digits >= DIGITS);
            let date = dates
                .peek()
                .filter(|d| d.start == g.at.start && complete && apart(text, &row, d));
            let hour = hours.peek().filter(|h| {
                let next = all[i..].iter().take(64).find(|n| n.at.start >= h.end);
                h.start == g.at.start
                    && clear
                    && apart(text, &row, h)
                    && next.is_none_or(Group::zero)
            });
            if let Some(figure) = date.or(hour) {
                past = figure.end;
                out.extend(open.take().and_then(|o| o.close(text)));
                continue;
            }
            if g.count > LONGEST {
                out.extend(open.take().and_then(|o| o.close(text)));
                continue;
            }
            clear = false;
            match &mut open {
                Some(o) => {
                    o.enough |= o.digits > 0;
                    o.digits += g.count;
                    o.end = g.at.end;
                }
                None => open = g.begins(i == 0),
            }
        }
        out.extend(open.and_then(|o| o.close(text)));
    }
}

/// Whether a date or hours stand for themselves among digits that belong together.
fn apart(text: &str, row: &Range<usize>, part: &Range<usize>) -> bool {
    let joins = |c: char| !c.is_whitespace() && !"()".contains(c);
    let before = text[row.start..part.start].chars().next_back();
    let after = text[part.end..row.end].chars().next();
    !before.is_some_and(joins) && !after.is_some_and(joins)
}

/// Digits with nothing between them.
struct Group<'a> {
    text: &'a str,
    at: Range<usize>,
    count: usize,
}

impl<'a> Group<'a> {
    fn new(text: &'a str, at: Range<usize>) -> Self {
        let count = text[at.clone()].chars().count();
        Self { text, at, count }
    }

    fn before(&self) -> Option<char> {
        self.text[..self.at.start].chars().next_back()
    }

    fn after(&self) -> Option<char> {
        self.text[self.at.end..].chars().next()
    }

    /// Whether they begin with a zero.
    fn zero(&self) -> bool {
        self.text[self.at.clone()].starts_with(['0', '\u{ff10}', '\u{660}', '\u{6f0}'])
    }

    /// The national number that may begin with them; the first ones of a row have a text before them, others a space.
    fn begins(&self, first: bool) -> Option<Open> {
        let open = |start, enough| {
            Some(Open {
                start,
                end: self.at.end,
                digits: self.count,
                enough,
            })
        };
        if self.before() == Some('(') && self.after() == Some(')') {
            let code = (2..=5).contains(&self.count) || (self.count == 1 && self.zero());
            return code
                .then_some(())
                .and_then(|()| open(self.at.start - 1, false));
        }
        if !self.zero() || self.count < 2 {
            return None;
        }
        let mut back = self.text[..self.at.start].chars().rev();
        let (last, one_more) = (back.next(), back.next());
        let free = match last {
            None => true,
            Some(c) if c.is_alphanumeric() || c == '_' => false,
            // A part of a figure or of a time.
            Some('.' | ',' | ':') if self.count <= 3 => !one_more.is_some_and(char::is_numeric),
            Some(c) => first || c.is_whitespace() || "/()".contains(c),
        };
        free.then_some(())
            .and_then(|()| open(self.at.start, self.solid()))
    }

    /// Whether they are as long as a number that is written without a space: national, or with 00 before its country.
    fn solid(&self) -> bool {
        let zeros = self.text[self.at.clone()]
            .chars()
            .take_while(|c| *c == '0')
            .count();
        let joined =
            |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "-_#./\u{2011}".contains(c));
        !joined(self.before())
            && !self.after().is_some_and(char::is_alphanumeric)
            && match zeros {
                1 => (10..=11).contains(&self.count),
                2 => (12..=15).contains(&self.count),
                _ => false,
            }
    }
}

/// A number that has begun.
struct Open {
    start: usize,
    end: usize,
    digits: usize,
    /// Whether it is one as soon as it has enough digits.
    enough: bool,
}

impl Open {
    /// Where it stands, if it is one.
    fn close(self, text: &str) -> Option<Range<usize>> {
        if self.digits < DIGITS || !self.enough {
            return None;
        }
        let (mut start, mut end) = (self.start, self.end);
        let part = &text[start..end];
        let (opened, closed) = (part.matches('(').count(), part.matches(')').count());
        if opened > closed {
            match part.starts_with('(') && closed == 0 {
                true => start += 1,
                false => end += usize::from(text[end..].starts_with(')')),
            }
        }
        Some(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, left: &str) {
        let mut scrubbed = text.to_owned();
        super::super::replace(&mut scrubbed, &Numbers::new().find(text));
        assert_eq!(scrubbed, left);
    }

    #[test]
    fn numbers_go_however_they_are_written() {
        for number in [
            "+44 1632 111001",
            "+441632111011",
            "+44.1632.111007",
            "+44 1632 \u{2013} 111010",
            "+44\u{202f}1632\u{202f}111001",
            "+44\u{2009}1632\u{2009}111001",
            "+44\u{a0}1632\u{a0}111001",
            "+44\u{200b}1632\u{200b}111001",
            "\u{ff0b}44 1632 111001",
            "+\u{ff14}\u{ff14} \u{ff11}\u{ff16}\u{ff13}\u{ff12} \u{ff11}\u{ff11}\u{ff11}\u{ff10}\u{ff10}\u{ff11}",
            "+44 (0)1632 111001",
            "+49 (0) 30 / 901820",
            "(+49) 30-901820",
            "+(44) 1632 111001",
            "+1-555-123-4567",
            "01632 111005",
            "01632/111005",
            "(01632) 111005",
            "(0)1632 111005",
            "(228) 99 111006",
            "(555) 123-4567",
            "0044 1632 111005",
            "01 63 29 60 10",
            "06.12.24.60.10",
            "0800-1234 567",
            "555-123-4567",
            "555.123.4567",
            "07700900123",
            "00441632111001",
        ] {
            check(number, "withheld");
            check(
                &format!("Call {number}, then wait."),
                "Call withheld, then wait.",
            );
            check(&format!("Tel: {number}; desk"), "Tel: withheld; desk");
            check(
                &format!("since 05/03/2026 {number}"),
                "since 05/03/2026 withheld",
            );
            check(&format!("in 3 {number}\nNext"), "in 3 withheld\nNext");
            check(&format!("by 09:00 {number}"), "by 09:00 withheld");
        }
        for (text, left) in [
            ("Tel:+44 1632 111001", "Tel:withheld"),
            ("tel:+441632111011", "tel:withheld"),
            ("Tel.+44 1632 111001", "Tel.withheld"),
            ("tel.01632 111001", "tel.withheld"),
            ("01632 111005:24h", "withheld:24h"),
            ("01632 111004x23", "withheldx23"),
            ("(01632 111005)", "(withheld)"),
            ("(+44 1632 111005) now", "(withheld) now"),
            ("+441632111003,+441632111103", "withheld,withheld"),
            ("01632 111003,01632 111103", "withheld,withheld"),
            ("+441632111003+441632111103", "withheldwithheld"),
            ("01632 111003 / 01632 111103", "withheld"),
            (
                "+44 1632 111001 since 2026-11-24",
                "withheld since 2026-11-24",
            ),
            ("+44 1632 111001 2026-11-24", "withheld 2026-11-24"),
            ("2026-11-24T09:00 01632 111001", "2026-11-24T09:00 withheld"),
        ] {
            check(text, left);
        }
    }

    #[test]
    fn other_figures_stay() {
        for text in [
            "checked 05/03/2026",
            "05-03-2026",
            "5.3.2026 and 05.03.26",
            "2026-11-24",
            "2026-11-24T09:00:00Z",
            "from 05/03/2026 - 06/03/2026",
            "01.02.2026\u{2013}03.02.2026",
            "2026-11-24 05/03/2026",
            "hours 0800-1700",
            "0800\u{2013}1200 0800-1700",
            "part 00012345",
            "R-0123456789abc",
            "0.998471 = 13.4 h/a",
            "0.99847112",
            "70,036 480 120 a year",
            "1.000.000.000",
            "04:00-08:00 and 16:00",
            "within 1440 min, 4320 min",
            "480 120 1440 2880",
            "192.168.001.010",
            "+5 to +10, +120",
            "000000000000000000001 23",
            "+123456789012345678901",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn a_long_text_takes_time_that_grows_with_it_alone() {
        // A second power of this length would take minutes; it is only seen to end.
        for piece in ["0 ", "+1 ", "(0", "0800-1700 ", "1/1/20-", "000-000-"] {
            let text = piece.repeat(50_000) + "0x";
            assert!(Numbers::new().find(&text).len() <= text.len());
        }
    }
}
