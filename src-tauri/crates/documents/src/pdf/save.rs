//! The bytes of a file (ISO 32000-1, 7.5): objects packed into streams that are compressed by several threads, and a
//! cross-reference stream. Always the same for the same objects.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use rayon::prelude::*;
use std::io::Write;

/// So many objects share a stream.
const TOGETHER: usize = 400;
/// Of an entry of the cross-reference stream: its kind, and two numbers.
const ENTRY: usize = 7;

/// Objects that are written already, numbered one after the other.
pub(super) struct Written {
    first: u32,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Written {
    /// None yet, of which the first will have this number.
    pub(super) fn from(first: u32) -> Self {
        Self {
            first,
            bytes: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Adds an object.
    pub(super) fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.ends.push(self.bytes.len());
    }

    fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> {
        let begins = std::iter::once(&0).chain(&self.ends);
        let pieces = begins.zip(&self.ends).map(|(a, b)| &self.bytes[*a..*b]);
        (self.first..).zip(pieces)
    }
}

/// Where an object is.
#[derive(Clone, Copy)]
enum Place {
    Nowhere,
    At(usize),
    In(u32, usize),
}

/// The bytes of a file with these objects and those.
///
/// # Errors
/// A stream could not be compressed.
pub(super) fn bytes(mut file: Document, more: &Written) -> std::io::Result<Vec<u8>> {
    let streams: Vec<&mut Stream> = file
        .objects
        .values_mut()
        .filter_map(|o| match o {
            Object::Stream(s) if s.allows_compression && !s.dict.has(b"Filter") => Some(s),
            _ => None,
        })
        .collect();
    streams.into_par_iter().try_for_each(compress)?;
    let mut loose = Written::from(0);
    let mut numbers = Vec::new();
    for ((number, _), o) in &file.objects {
        if !matches!(o, Object::Stream(_)) {
            loose.add(|out| object(out, o));
            numbers.push(*number);
        }
    }
    let loose = loose.iter().zip(&numbers).map(|((_, o), n)| (*n, o));
    let packed: Vec<(u32, &[u8])> = loose.chain(more.iter()).collect();
    let packs: Vec<&[(u32, &[u8])]> = packed.chunks(TOGETHER).collect();
    let containers = packs
        .par_iter()
        .map(|p| pack(p))
        .collect::<std::io::Result<Vec<Stream>>>()?;

    let first = file.max_id.max(more.first + more.ends.len() as u32) + 1;
    let size = first + containers.len() as u32 + 1;
    let mut places = vec![Place::Nowhere; size as usize];
    let mut out = format!("%PDF-{}\n", file.version).into_bytes();
    out.extend(b"%\xe2\xe3\xcf\xd3\n");
    let streams = file.objects.iter().filter_map(|((number, _), o)| match o {
        Object::Stream(s) => Some((*number, s)),
        _ => None,
    });
    for (number, s) in streams.chain((first..).zip(&containers)) {
        places[number as usize] = Place::At(out.len());
        indirect(&mut out, number, s);
    }
    for (container, pack) in (first..).zip(&packs) {
        for (index, (number, _)) in pack.iter().enumerate() {
            places[*number as usize] = Place::In(container, index);
        }
    }
    let begin = out.len();
    places[size as usize - 1] = Place::At(begin);
    let mut references = cross_references(&file.trailer, &places);
    compress(&mut references)?;
    indirect(&mut out, size - 1, &references);
    // What is added behind by signatures begins a line of its own.
    write!(out, "startxref\n{begin}\n%%EOF")?;
    Ok(out)
}

fn compress(stream: &mut Stream) -> std::io::Result<()> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&stream.content)?;
    stream.dict.set("Filter", "FlateDecode");
    stream.set_content(encoder.finish()?);
    Ok(())
}

/// Objects in a stream (ISO 32000-1, 7.5.7).
fn pack(objects: &[(u32, &[u8])]) -> std::io::Result<Stream> {
    let (mut table, mut bytes) = (Vec::new(), Vec::new());
    for (number, object) in objects {
        write!(table, "{number} {} ", bytes.len())?;
        bytes.extend(*object);
        bytes.push(b'\n');
    }
    let dict = dictionary! {
        "Type" => "ObjStm",
        "N" => objects.len() as i64,
        "First" => table.len() as i64,
    };
    table.append(&mut bytes);
    let mut stream = Stream::new(dict, table);
    compress(&mut stream)?;
    Ok(stream)
}

/// Where all objects are (ISO 32000-1, 7.5.8), each entry as its difference from the one before.
fn cross_references(trailer: &Dictionary, places: &[Place]) -> Stream {
    let mut rows = Vec::with_capacity(places.len() * (ENTRY + 1));
    let mut above = [0_u8; ENTRY];
    for place in places {
        let (kind, first, second) = match place {
            Place::Nowhere => (0, 0, u16::MAX),
            Place::At(offset) => (1, *offset as u32, 0),
            Place::In(container, index) => (2, *container, *index as u16),
        };
        let mut row = [kind; ENTRY];
        row[1..5].copy_from_slice(&first.to_be_bytes());
        row[5..].copy_from_slice(&second.to_be_bytes());
        /// Up, of the predictors of PNG.
        const UP: u8 = 2;
        rows.push(UP);
        rows.extend(row.iter().zip(above).map(|(now, up)| now.wrapping_sub(up)));
        above = row;
    }
    let mut dict = trailer.clone();
    dict.set("Type", "XRef");
    dict.set("Size", places.len() as i64);
    dict.set("W", vec![1.into(), 4.into(), 2.into()]);
    let columns = dictionary! { "Predictor" => 12, "Columns" => ENTRY as i64 };
    dict.set("DecodeParms", columns);
    Stream::new(dict, rows)
}

fn indirect(out: &mut Vec<u8>, number: u32, stream: &Stream) {
    out.extend(format!("{number} 0 obj\n").as_bytes());
    entries(out, &stream.dict);
    out.extend(b"\nstream\n");
    out.extend(&stream.content);
    out.extend(b"\nendstream\nendobj\n");
}

/// A reference to an object.
pub(super) fn reference(out: &mut Vec<u8>, (number, generation): ObjectId) {
    out.extend(format!(" {number} {generation} R").as_bytes());
}

/// An object, with a space before it where one is needed to tell it from another.
pub(super) fn object(out: &mut Vec<u8>, o: &Object) {
    match o {
        Object::Null => out.extend(b" null"),
        Object::Boolean(b) => out.extend(format!(" {b}").as_bytes()),
        Object::Integer(i) => out.extend(format!(" {i}").as_bytes()),
        Object::Real(r) => out.extend(format!(" {r}").as_bytes()),
        Object::Name(n) => name(out, n),
        Object::String(s, StringFormat::Literal) => literal(out, s),
        Object::String(s, StringFormat::Hexadecimal) => {
            out.push(b'<');
            out.extend(s.iter().flat_map(|b| hex(*b)));
            out.push(b'>');
        }
        Object::Array(all) => {
            out.push(b'[');
            all.iter().for_each(|o| object(out, o));
            out.push(b']');
        }
        Object::Dictionary(d) => entries(out, d),
        // Streams stand by themselves and are referred to.
        Object::Stream(s) => entries(out, &s.dict),
        Object::Reference(id) => reference(out, *id),
    }
}

fn entries(out: &mut Vec<u8>, d: &Dictionary) {
    out.extend(b"<<");
    for (key, value) in d {
        name(out, key);
        object(out, value);
    }
    out.extend(b">>");
}

fn name(out: &mut Vec<u8>, n: &[u8]) {
    out.push(b'/');
    for b in n {
        match b {
            b'!'..=b'~' if !b"()<>[]{}/%#".contains(b) => out.push(*b),
            _ => {
                out.push(b'#');
                out.extend(hex(*b));
            }
        }
    }
}

fn literal(out: &mut Vec<u8>, s: &[u8]) {
    out.push(b'(');
    for b in s {
        match b {
            b'(' | b')' | b'\\' => out.extend([b'\\', *b]),
            b'\r' => out.extend(b"\\r"),
            b => out.push(*b),
        }
    }
    out.push(b')');
}

fn hex(b: u8) -> [u8; 2] {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]
}
