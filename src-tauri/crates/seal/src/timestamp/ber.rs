//! From the Basic Encoding Rules, in which some authorities answer, to the distinguished ones.

/// Nothing that is asked for goes deeper.
const DEEPEST: usize = 32;
const OCTET_STRING: u8 = 0x04;
const CONSTRUCTED: u8 = 0x20;

/// One value with definite and shortest lengths, and strings in one piece; `None` where it is no value. The order in sets
/// stays as it was.
pub(crate) fn der(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes;
    let mut out = Vec::new();
    value(&mut rest, &mut out, 0)?;
    rest.is_empty().then_some(out)
}

fn value(rest: &mut &[u8], out: &mut Vec<u8>, depth: usize) -> Option<()> {
    let tag = *rest.split_off_first()?;
    if tag & 0x1f == 0x1f || depth > DEEPEST {
        return None;
    }
    let length = length(rest)?;
    if tag & CONSTRUCTED == 0 {
        put(out, tag, rest.split_off(..length?)?);
        return Some(());
    }
    let mut inside = Vec::new();
    match length {
        Some(n) => {
            let mut own = rest.split_off(..n)?;
            while !own.is_empty() {
                value(&mut own, &mut inside, depth + 1)?;
            }
        }
        None => {
            while !rest.starts_with(&[0, 0]) {
                value(rest, &mut inside, depth + 1)?;
            }
            rest.split_off(..2)?;
        }
    }
    if tag == OCTET_STRING | CONSTRUCTED {
        inside = joined(&inside)?;
        put(out, OCTET_STRING, &inside);
    } else {
        put(out, tag, &inside);
    }
    Some(())
}

/// The pieces of a string, which are in DER already.
fn joined(mut pieces: &[u8]) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    while !pieces.is_empty() {
        (*pieces.split_off_first()? == OCTET_STRING).then_some(())?;
        let n = length(&mut pieces)??;
        all.extend_from_slice(pieces.split_off(..n)?);
    }
    Some(all)
}

/// A length; the inner `None` is the indefinite one.
fn length(rest: &mut &[u8]) -> Option<Option<usize>> {
    let first = *rest.split_off_first()?;
    match first {
        0x80 => Some(None),
        n if n < 0x80 => Some(Some(usize::from(n))),
        n => {
            let digits = rest.split_off(..usize::from(n & 0x7f))?;
            (digits.len() <= 4).then_some(())?;
            let all = digits.iter().fold(0, |all, d| all << 8 | usize::from(*d));
            Some(Some(all))
        }
    }
}

fn put(out: &mut Vec<u8>, tag: u8, inside: &[u8]) {
    out.push(tag);
    let n = inside.len();
    if n < 0x80 {
        out.push(n as u8);
    } else {
        let digits = n.to_be_bytes();
        let digits = &digits[n.leading_zeros() as usize / 8..];
        out.push(0x80 | digits.len() as u8);
        out.extend_from_slice(digits);
    }
    out.extend_from_slice(inside);
}

/// More members no set has that is asked for: reading puts them in order, which takes the square of their number.
const MOST_MEMBERS: usize = 64;

/// Whether sets, and whatever else has members and is no sequence, have few in a value of the distinguished rules.
pub(crate) fn modest(mut der: &[u8]) -> bool {
    members(&mut der, 0, usize::MAX).is_some()
}

/// Walks through members; `None` where they are too many, too deep, or none.
fn members(rest: &mut &[u8], depth: usize, most: usize) -> Option<()> {
    const SEQUENCE: u8 = 0x30;
    let mut n = 0;
    while !rest.is_empty() {
        n += 1;
        let tag = *rest.split_off_first()?;
        if tag & 0x1f == 0x1f || depth > DEEPEST || n > most {
            return None;
        }
        let length = length(rest)??;
        let mut own = rest.split_off(..length)?;
        if tag & CONSTRUCTED != 0 {
            let most = if tag == SEQUENCE {
                usize::MAX
            } else {
                MOST_MEMBERS
            };
            members(&mut own, depth + 1, most)?;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::{der, modest};

    #[test]
    fn a_set_has_few_members() {
        let with = |tag: u8, n: usize| -> Vec<u8> {
            let length = (2 * n as u16).to_be_bytes();
            let inside = [5, 0].repeat(n);
            [
                &[0x30, 0x82][..],
                &(2 * n as u16 + 4).to_be_bytes(),
                &[tag, 0x82],
                &length,
                &inside,
            ]
            .concat()
        };
        assert!(modest(&with(0x31, 64)) && modest(&with(0xa0, 64)) && modest(&with(0x30, 5000)));
        assert!(!modest(&with(0x31, 65)) && !modest(&with(0xa0, 65)));
        assert!(!modest(&[0x30, 0x80].repeat(20_000)));
    }

    #[test]
    fn long_and_indefinite_lengths_and_strings_in_pieces_become_one_spelling() {
        let plain: &[u8] = &[0x30, 0x09, 0x04, 0x04, 1, 2, 3, 4, 0x02, 0x01, 7];
        let indefinite: &[u8] = &[
            0x30, 0x80, 0x24, 0x80, 0x04, 0x01, 1, 0x24, 0x05, 0x04, 0x81, 0x02, 2, 3, 0x04, 0x01,
            4, 0, 0, 0x02, 0x82, 0x00, 0x01, 7, 0, 0,
        ];
        assert_eq!(der(plain).as_deref(), Some(plain));
        assert_eq!(der(indefinite).as_deref(), Some(plain));
        for bad in [
            &plain[..10],
            &indefinite[..25],
            &[0x30, 0x80],
            &[0x04, 0x80, 0, 0],
            &[0x24, 0x03, 0x02, 0x01, 7],
            &[0x30, 0x85, 0, 0, 0, 0, 0],
            &[0x3f, 0x01, 0],
            &[],
        ] {
            assert_eq!(der(bad), None, "{bad:02x?}");
        }
        assert_eq!(der(&[0x30, 0x80].repeat(20_000)), None);
    }
}
