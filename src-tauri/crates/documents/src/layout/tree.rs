//! The structure of a document: what a screen reader goes through, in the order of reading.

/// What a part of a document is.
#[derive(Debug, Clone, PartialEq)]
pub enum Role {
    /// All of it.
    Document,
    /// A section with its heading, or something that stands by itself, such as a card.
    Section,
    /// A heading of a level, from 1.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// A list; also one of labels and values.
    List,
    /// An entry of a list.
    Item,
    /// The label of an entry.
    Label,
    /// What an entry says.
    Body,
    /// A table.
    Table,
    /// A row of a table.
    Row,
    /// The head of columns, or of a row.
    Head(Scope, Span),
    /// A cell.
    Cell,
    /// The table of contents.
    Contents,
    /// An entry of the contents.
    ContentsItem,
    /// What refers to another place.
    Reference,
    /// A link, with the words that are it.
    Link,
    /// A figure, and what it says in words and numbers.
    Figure(String),
    /// A field to be filled in.
    Form,
    /// A footnote.
    Note,
}

/// What a head is the head of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The cells below it.
    Column,
    /// The cells beside it.
    Row,
}

/// How many columns and rows a head takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Columns, at least 1.
    pub columns: usize,
    /// Rows, at least 1.
    pub rows: usize,
}

impl Span {
    /// One of each.
    pub const ONE: Span = Span {
        columns: 1,
        rows: 1,
    };
}

impl Role {
    /// Whether lines and areas in it say something; elsewhere they are ornament.
    pub(crate) fn is_drawn(&self) -> bool {
        matches!(self, Self::Figure(_))
    }
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub role: Role,
    /// The part it is in; `None` for the document itself.
    pub parent: Option<usize>,
}

/// The parts of a document; children stand after their parents, in the order of reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The parts; the first is the document.
    pub nodes: Vec<Node>,
}

impl Default for Tree {
    fn default() -> Self {
        let root = Node {
            role: Role::Document,
            parent: None,
        };
        Self { nodes: vec![root] }
    }
}

impl Tree {
    /// The part that is the document.
    pub const ROOT: usize = 0;

    /// Adds a part at the end of another one; its number.
    pub(crate) fn add(&mut self, role: Role, parent: usize) -> usize {
        self.nodes.push(Node {
            role,
            parent: Some(parent),
        });
        self.nodes.len() - 1
    }

    /// The parts in a part.
    pub fn children(&self, of: usize) -> Vec<usize> {
        (of + 1..self.nodes.len())
            .filter(|i| self.nodes[*i].parent == Some(of))
            .collect()
    }
}
