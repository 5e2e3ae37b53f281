//! Signatures in PDF files: filling an empty field, one increment each, and checking what is there (ISO 32000-1, 12.8;
//! ETSI EN 319 142-1).

use crate::key::Key;
use crate::pades;
use crate::timestamp::{self, Authority, Timestamp};
use chrono::{DateTime, Utc};
use lopdf::{
    Dictionary, Document, IncrementalDocument, LoadOptions, Object, ObjectId, StringFormat,
    dictionary,
};
use std::collections::BTreeMap;

/// Room for a signature with its certificates, in bytes.
pub(crate) const ROOM: usize = 16 * 1024;
/// Room for a timestamp beside it, which holds one certificate, in bytes.
pub(crate) const TIMESTAMP_ROOM: usize = 12 * 1024;
/// What stands for the numbers of the byte range until they are known; as wide as they get.
const LATER: i64 = 9_999_999_999;
/// The largest file that is looked into, in bytes.
const LARGEST: usize = 256 << 20;
/// More revisions than that no version has.
const MOST_REVISIONS: usize = 64;

/// Why a file could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The file cannot be read.
    #[error("it cannot be read as a PDF: {0}")]
    Unreadable(String),
    /// It has no such field.
    #[error("it has no signature field “{0}”")]
    NoField(String),
    /// The field is signed already.
    #[error("its field “{0}” is signed already")]
    Signed(String),
    /// There is no timestamp.
    #[error("there is no timestamp of it: {0}")]
    NoTimestamp(String),
    /// The signature could not be made.
    #[error("the signature could not be made: {0}")]
    Failed(String),
}

/// What a signature shows: objects of its own, of which `root` is a form.
#[derive(Debug, Clone, Default)]
pub struct Appearance {
    /// The form.
    pub root: Option<ObjectId>,
    /// It and what it refers to.
    pub objects: BTreeMap<ObjectId, Object>,
}

/// What a signature says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Who signs.
    pub name: String,
    /// What for, such as `Approved, role-md`.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A signature field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Width and height in points, rounded.
    pub size: (i64, i64),
    /// Whether it is signed.
    pub signed: bool,
}

/// The signature fields of a file, in their order.
///
/// # Errors
/// The file cannot be read.
pub fn fields(pdf: &[u8]) -> Result<Vec<Field>, SignError> {
    let file = open(pdf).map_err(SignError::Unreadable)?;
    Ok(field_ids(&file)
        .into_iter()
        .filter_map(|id| {
            let d = file.get_dictionary(id).ok()?;
            let rect: Vec<f32> = d
                .get(b"Rect")
                .and_then(Object::as_array)
                .map(|a| a.iter().filter_map(|x| x.as_float().ok()).collect())
                .unwrap_or_default();
            let side = |a: usize, b: usize| {
                rect.get(b)
                    .zip(rect.get(a))
                    .map_or(0, |(b, a)| (b - a).round() as i64)
            };
            Some(Field {
                name: text(d.get(b"T").ok()?)?,
                size: (side(0, 2), side(1, 3)),
                signed: d.has(b"V"),
            })
        })
        .collect())
}

/// Signs a field; the file as it was stands at the beginning of the file that comes back. The first signature certifies the
/// document: afterwards only other fields can be signed. Where there is an authority, it is asked for a timestamp of the
/// signature.
///
/// # Errors
/// [`SignError`].
pub fn sign(
    pdf: &[u8],
    field: &str,
    appearance: &Appearance,
    key: &Key,
    facts: &Facts,
    authority: Option<Authority<'_>>,
) -> Result<Vec<u8>, SignError> {
    let failed = |e: &dyn std::fmt::Display| SignError::Failed(e.to_string());
    let file = open(pdf).map_err(SignError::Unreadable)?;
    let all = field_ids(&file);
    let name_of = |id: &ObjectId| {
        let d = file.get_dictionary(*id).ok()?;
        text(d.get(b"T").ok()?)
    };
    let id = all
        .iter()
        .copied()
        .find(|id| name_of(id).as_deref() == Some(field))
        .ok_or_else(|| SignError::NoField(field.into()))?;
    let signed = |id: &ObjectId| file.get_dictionary(*id).is_ok_and(|d| d.has(b"V"));
    if signed(&id) {
        return Err(SignError::Signed(field.into()));
    }
    let certifies = !all.iter().any(signed);
    let root = file
        .trailer
        .get(b"Root")
        .and_then(Object::as_reference)
        .map_err(|e| failed(&e))?;
    let room = ROOM + authority.as_ref().map_or(0, |_| TIMESTAMP_ROOM);
    let mut inc = IncrementalDocument::create_from(pdf.to_vec(), file.clone());
    let mut signature = dictionary! {
        "Type" => "Sig",
        "Filter" => "Adobe.PPKLite",
        "SubFilter" => "ETSI.CAdES.detached",
        "M" => Object::string_literal(facts.at.format("D:%Y%m%d%H%M%SZ").to_string()),
        "Name" => utf16(&facts.name),
        "Reason" => utf16(&facts.reason),
        "ByteRange" => vec![0.into(), LATER.into(), LATER.into(), LATER.into()],
        "Contents" => Object::String(vec![0; room], StringFormat::Hexadecimal),
    };
    if certifies {
        let only_fields = dictionary! {
            "Type" => "TransformParams", "P" => 2, "V" => Object::Name(b"1.2".to_vec()),
        };
        let reference = dictionary! {
            "Type" => "SigRef", "TransformMethod" => "DocMDP", "TransformParams" => only_fields,
        };
        signature.set("Reference", vec![Object::Dictionary(reference)]);
    }
    let value = inc.new_document.add_object(signature);
    if certifies {
        inc.opt_clone_object_to_new_document(root)
            .map_err(|e| failed(&e))?;
        let catalog = inc
            .new_document
            .get_dictionary_mut(root)
            .map_err(|e| failed(&e))?;
        catalog.set("Perms", dictionary! { "DocMDP" => value });
    }
    let shown = put(&mut inc.new_document, appearance);
    inc.opt_clone_object_to_new_document(id)
        .map_err(|e| failed(&e))?;
    let widget = inc
        .new_document
        .get_dictionary_mut(id)
        .map_err(|e| failed(&e))?;
    widget.set("V", value);
    if let Some(form) = shown {
        widget.set("AP", dictionary! { "N" => form });
    }
    let mut out = Vec::new();
    inc.save_to(&mut out).map_err(|e| failed(&e))?;
    fill(&mut out, pdf.len(), room, key, authority)?;
    Ok(out)
}

/// Adds the objects of an appearance under numbers of their own.
fn put(file: &mut Document, appearance: &Appearance) -> Option<ObjectId> {
    let mut own = Document::new();
    own.objects.clone_from(&appearance.objects);
    own.trailer.set("Root", appearance.root?);
    own.renumber_objects_with(file.max_id + 1);
    file.max_id = own.max_id;
    file.objects.extend(own.objects);
    own.trailer.get(b"Root").and_then(Object::as_reference).ok()
}

/// Fills in the byte range and the signature, after `base` bytes that stay as they are.
fn fill(
    out: &mut [u8],
    base: usize,
    room: usize,
    key: &Key,
    authority: Option<Authority<'_>>,
) -> Result<(), SignError> {
    let failed = |e: &str| SignError::Failed(e.into());
    let zeros = vec![b'0'; 2 * room];
    let begin = find(out, &zeros, base).ok_or_else(|| failed("its place was not found"))? - 1;
    let end = begin + 2 * room + 2;
    if out.get(begin) != Some(&b'<') || out.get(end - 1) != Some(&b'>') {
        return Err(failed("its place is not where it should be"));
    }
    let later = LATER.to_string();
    let number = find(out, later.as_bytes(), base).ok_or_else(|| failed("no byte range"))?;
    let open = out[..number].iter().rposition(|c| *c == b'[');
    let close = find(out, b"]", number);
    let (Some(open), Some(close)) = (open, close) else {
        return Err(failed("no byte range"));
    };
    let mut range = format!("[0 {begin} {end} {}", out.len() - end);
    while range.len() < close - open {
        range.push(' ');
    }
    range.push(']');
    if range.len() != close + 1 - open {
        return Err(failed("the byte range does not fit"));
    }
    out[open..=close].copy_from_slice(range.as_bytes());
    let broken = |e: der::Error| failed(&e.to_string());
    let signature = pades::sign(&[&out[..begin], &out[end..]], key).map_err(broken)?;
    let token = match authority {
        Some(a) => Some(timestamp::ask(&signature.value, a).map_err(SignError::NoTimestamp)?),
        None => None,
    };
    let der = signature.written(token.as_deref()).map_err(broken)?;
    if der.len() > room {
        return Err(failed("its certificates need more room than there is"));
    }
    for (i, byte) in der.iter().enumerate() {
        let hex = format!("{byte:02X}");
        out[begin + 1 + 2 * i..begin + 3 + 2 * i].copy_from_slice(hex.as_bytes());
    }
    Ok(())
}

/// One signature of a file, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The field.
    pub field: String,
    /// The name that it gives.
    pub name: String,
    /// What for.
    pub reason: String,
    /// When, as the signer's clock said; `D:20261124090000Z`.
    pub at: String,
    /// The name in the certificate; empty where it cannot be read.
    pub certificate_name: String,
    /// The SHA-256 of the certificate; empty where it cannot be read.
    pub fingerprint: String,
    /// Its timestamp, where it has one.
    pub timestamp: Option<Timestamp>,
    /// What is wrong with it; nothing where it is intact.
    pub wrong: Option<String>,
}

/// A file with its signatures, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// How many bytes at its beginning are the file as it was before any signature.
    pub base: usize,
    /// The signatures, in the order in which they were given.
    pub signatures: Vec<Signature>,
    /// The fields that are not signed.
    pub open: Vec<String>,
    /// What was done to the file beside signing it; nothing where it is as it was signed.
    pub altered: Option<String>,
}

/// Checks every signature of a file, and that nothing was done to it but signing.
///
/// # Errors
/// The file cannot be read as a PDF.
pub fn check(pdf: &[u8]) -> Result<Checked, String> {
    check_opened(pdf, &open(pdf)?)
}

/// As [`check`], of a file whose structure was read by [`open`].
///
/// # Errors
/// A signature field holds something else, or an earlier state of the file cannot be read.
pub fn check_opened(pdf: &[u8], file: &Document) -> Result<Checked, String> {
    let mut open = Vec::new();
    let mut found = Vec::new();
    for id in field_ids(file) {
        let d = file.get_dictionary(id).map_err(|e| e.to_string())?;
        let name = d.get(b"T").ok().and_then(text).unwrap_or_default();
        match d.get(b"V").ok().and_then(|v| file.dereference(v).ok()) {
            Some((_, Object::Dictionary(v))) => found.push((id, name, v.clone())),
            Some(_) => return Err(format!("the signature in “{name}” is none")),
            None => open.push(name),
        }
    }
    // One place that counts twice would stand for two signatures.
    let mut names: Vec<&String> = found.iter().map(|f| &f.1).chain(&open).collect();
    names.sort_unstable();
    let twice = names
        .windows(2)
        .find(|w| w[0] == w[1])
        .map(|w| w[0].clone());
    let mut ranged: Vec<(Range, ObjectId, String, Dictionary)> = Vec::new();
    let mut altered = twice.map(|t| format!("it has two places of the name “{t}”"));
    for (id, name, v) in found {
        match range(pdf, &v) {
            Ok(r) => ranged.push((r, id, name, v)),
            Err(wrong) => {
                altered = Some(format!("“{name}”: {wrong}"));
                ranged.push((Range::default(), id, name, v));
            }
        }
    }
    ranged.sort_by_key(|(r, ..)| r.end);
    if ranged.len() > MOST_REVISIONS {
        return Err("it has more signatures than any plan".into());
    }
    let mut signatures = Vec::new();
    for (r, _, name, v) in &ranged {
        let said = |key: &[u8]| v.get(key).ok().and_then(text).unwrap_or_default();
        let result = match r.end {
            0 => Err("what it covers is not written as it must be".to_owned()),
            end => pades::check(&r.der, &[&pdf[..r.begin], &pdf[r.after..end]]),
        };
        let (certificate_name, fingerprint, timestamp) = match &result {
            Ok(s) => (s.name.clone(), s.fingerprint.clone(), s.timestamp.clone()),
            Err(_) => Default::default(),
        };
        signatures.push(Signature {
            field: name.clone(),
            name: said(b"Name"),
            reason: said(b"Reason"),
            at: said(b"M"),
            certificate_name,
            fingerprint,
            timestamp,
            wrong: result.err(),
        });
    }
    let ends: Vec<(usize, ObjectId)> = ranged.iter().map(|(r, id, ..)| (r.end, *id)).collect();
    let base = match ends.first() {
        Some((end, _)) => base_of(pdf, *end).unwrap_or(0),
        None => pdf.len(),
    };
    if altered.is_none() {
        altered = only_signed(pdf, base, &ends).err();
    }
    Ok(Checked {
        base,
        signatures,
        open,
        altered,
    })
}

/// What a signature covers: up to `begin`, and from `after` to `end`; between them stands the signature itself.
#[derive(Debug, Clone, Default)]
struct Range {
    begin: usize,
    after: usize,
    end: usize,
    der: Vec<u8>,
}

fn range(pdf: &[u8], v: &Dictionary) -> Result<Range, String> {
    let numbers: Vec<usize> = v
        .get(b"ByteRange")
        .and_then(Object::as_array)
        .map_err(|_| "it does not say what it covers")?
        .iter()
        .filter_map(|n| usize::try_from(n.as_i64().ok()?).ok())
        .collect();
    let [0, begin, after, rest] = numbers[..] else {
        return Err("it does not cover the file from its beginning".into());
    };
    let end = after
        .checked_add(rest)
        .ok_or("it covers more than there is")?;
    if begin >= after || end > pdf.len() {
        return Err("it covers more than there is".into());
    }
    // The one part that no signature covers must be exact.
    let gap = &pdf[begin..after];
    let inner = gap
        .strip_prefix(b"<")
        .and_then(|g| g.strip_suffix(b">"))
        .ok_or("more than the signature itself is left out")?;
    let upper = |c: &u8| c.is_ascii_digit() || (b'A'..=b'F').contains(c);
    if !inner.len().is_multiple_of(2) || !inner.iter().all(upper) {
        return Err("its value is not written as it must be".into());
    }
    let bytes: Vec<u8> = inner
        .chunks_exact(2)
        .filter_map(|c| u8::from_str_radix(std::str::from_utf8(c).ok()?, 16).ok())
        .collect();
    let length = der_length(&bytes).ok_or("its value is not written as it must be")?;
    if bytes[length..].iter().any(|b| *b != 0) {
        return Err("something stands behind its value".into());
    }
    Ok(Range {
        begin,
        after,
        end,
        der: bytes[..length].to_vec(),
    })
}

/// How long a sequence in DER is, its head included.
fn der_length(bytes: &[u8]) -> Option<usize> {
    let (0x30, first) = (*bytes.first()?, *bytes.get(1)?) else {
        return None;
    };
    let (head, length) = match first {
        n if n < 0x80 => (2, usize::from(n)),
        n => {
            let count = usize::from(n & 0x7f);
            let digits = bytes
                .get(2..2 + count)
                .filter(|_| (1..=4).contains(&count))?;
            let length = digits.iter().fold(0, |n, d| n << 8 | usize::from(*d));
            (2 + count, length)
        }
    };
    (head + length <= bytes.len()).then_some(head + length)
}

/// Where the file as it was before its first signature ends; `end` is where the first signature's revision does.
///
/// The last table of objects of that revision says where the one before it stands, and behind that the file ended.
fn base_of(pdf: &[u8], end: usize) -> Option<usize> {
    let revision = &pdf[..end];
    let last = number_after(
        revision,
        b"startxref",
        revision.windows(9).rposition(|w| w == b"startxref")?,
    )?;
    let before = number_after(revision, b"/Prev", last)?;
    let mark = b"%%EOF";
    Some(find(revision, mark, before)? + mark.len())
}

/// The number that follows a word.
fn number_after(all: &[u8], word: &[u8], from: usize) -> Option<usize> {
    let at = find(all, word, from)? + word.len();
    let digits: String = all[at..]
        .iter()
        .skip_while(|c| c.is_ascii_whitespace())
        .take_while(|c| c.is_ascii_digit())
        .map(|c| char::from(*c))
        .collect();
    digits.parse().ok()
}

/// Whether each revision only fills its field and shows that it did.
fn only_signed(pdf: &[u8], base: usize, ends: &[(usize, ObjectId)]) -> Result<(), String> {
    let Some((last, _)) = ends.last() else {
        return Ok(());
    };
    if *last != pdf.len() {
        return Err("something was added after the last signature".into());
    }
    if base == 0 {
        return Err("the file as it was before its first signature is not in it".into());
    }
    let mut before = open(&pdf[..base])?;
    for (n, (end, field)) in ends.iter().enumerate() {
        let after = open(&pdf[..*end])?;
        compare(&before, &after, *field, n == 0)?;
        before = after;
    }
    Ok(())
}

fn compare(
    before: &Document,
    after: &Document,
    field: ObjectId,
    first: bool,
) -> Result<(), String> {
    let reference = |d: &Document| d.trailer.get(b"Root").and_then(Object::as_reference).ok();
    let root = reference(before);
    if root != reference(after) {
        return Err("the document's root was replaced".into());
    }
    for (id, object) in &before.objects {
        let now = after.objects.get(id);
        if now == Some(object) || is_bookkeeping(object) {
            continue;
        }
        let without = |o: &Object, keys: &[&[u8]]| {
            let mut d = o.as_dict().ok()?.clone();
            for k in keys {
                d.remove(k);
            }
            Some(d)
        };
        let keys: &[&[u8]] = match () {
            () if *id == field => &[b"V", b"AP"],
            () if first && Some(*id) == root => &[b"Perms"],
            () => &[],
        };
        let same = now.is_some_and(|now| {
            !keys.is_empty()
                && without(object, keys) == without(now, keys)
                && without(now, keys).is_some()
        });
        if !same {
            return Err(format!("object {} was changed by a later revision", id.0));
        }
    }
    Ok(())
}

/// Whether an object only says where others are.
fn is_bookkeeping(o: &Object) -> bool {
    o.as_stream().is_ok_and(|s| {
        let kind = s.dict.get(b"Type").and_then(Object::as_name);
        kind.is_ok_and(|k| k == b"XRef" || k == b"ObjStm")
    })
}

/// Reads the structure of a PDF, whoever made it, within limits of memory and time; every reader of one is given what
/// this returns.
///
/// # Errors
/// It is too big, or no PDF that can be read.
pub fn open(pdf: &[u8]) -> Result<Document, String> {
    if pdf.len() > LARGEST {
        return Err(format!("it has more than {} MB", LARGEST >> 20));
    }
    has_plain_tables(pdf)?;
    Document::load_mem_with_options(pdf, options()).map_err(|e| e.to_string())
}

/// No stream of a plan becomes larger than that, in bytes.
fn options() -> LoadOptions {
    LoadOptions {
        max_decompressed_size: Some(LARGEST),
        ..LoadOptions::default()
    }
}

/// Refuses what would take all memory or all time before anything of the file is known: columns of a table of objects (`W`,
/// ISO 32000-1, 7.5.8.2) that no file needs.
fn has_plain_tables(pdf: &[u8]) -> Result<(), String> {
    /// Bytes of a column; eight hold any number.
    const WIDEST: u64 = 8;
    for name in [&b"/W"[..], b"/#57"] {
        let mut from = 0;
        while let Some(at) = find(pdf, name, from) {
            from = at + name.len();
            let rest = pdf
                .get(from..(from + 200).min(pdf.len()))
                .unwrap_or_default();
            let rest = rest.trim_ascii_start();
            let Some(inside) = rest.strip_prefix(b"[") else {
                continue;
            };
            let end = inside
                .iter()
                .position(|c| *c == b']')
                .unwrap_or(inside.len());
            let text = String::from_utf8_lossy(&inside[..end]);
            let numbers: Option<Vec<u64>> =
                text.split_whitespace().map(|n| n.parse().ok()).collect();
            // Widths of a font may be three numbers too; they are in no file of Mainstay outside of packed objects.
            if let Some([a, b, c]) = numbers.as_deref()
                && (a.max(b).max(c) > &WIDEST || a + b + c == 0)
            {
                return Err("its table of objects is none that can be read".into());
            }
        }
    }
    Ok(())
}

/// The signature fields, in the order of the form.
fn field_ids(file: &Document) -> Vec<ObjectId> {
    let form = || -> Option<Vec<ObjectId>> {
        let form = file.catalog().ok()?.get(b"AcroForm").ok()?;
        let form = file.dereference(form).ok()?.1.as_dict().ok()?;
        let list = file.dereference(form.get(b"Fields").ok()?).ok()?.1;
        let ids = list.as_array().ok()?.iter();
        Some(ids.filter_map(|o| o.as_reference().ok()).collect())
    };
    form()
        .unwrap_or_default()
        .into_iter()
        .filter(|id| {
            let kind = file
                .get_dictionary(*id)
                .and_then(|d| d.get(b"FT")?.as_name());
            kind.is_ok_and(|k| k == b"Sig")
        })
        .collect()
}

fn text(o: &Object) -> Option<String> {
    let bytes = o.as_str().ok()?;
    match bytes.strip_prefix(&[0xFE, 0xFF]) {
        Some(rest) => {
            let units: Vec<u16> = rest
                .chunks_exact(2)
                .map(|c| u16::from_be_bytes([c[0], c[1]]))
                .collect();
            Some(String::from_utf16_lossy(&units))
        }
        None => Some(String::from_utf8_lossy(bytes).into_owned()),
    }
}

fn utf16(text: &str) -> Object {
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, StringFormat::Hexadecimal)
}

fn find(all: &[u8], part: &[u8], from: usize) -> Option<usize> {
    let rest = all.get(from..)?;
    let at = rest.windows(part.len()).position(|w| w == part)?;
    Some(at + from)
}
