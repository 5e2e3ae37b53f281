//! The document model: sections and blocks, without coordinates. The window shows it, the PDF is laid out from it.

use mainstay_analysis::map::Placed;
use serde::Serialize;

/// A document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// What every page says.
    pub meta: Meta,
    /// The first page.
    pub cover: Cover,
    /// The rest, in order.
    pub sections: Vec<Section>,
    /// The data it was made of, which goes along in the file.
    #[serde(skip)]
    pub source: Option<Source>,
}

/// The data that a document was made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The name of the file.
    pub name: String,
    /// What it is, in a sentence.
    pub description: String,
    /// The data, in the interchange form.
    pub bytes: Vec<u8>,
}

/// What every page says of the document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Meta {
    /// The organisation.
    pub organisation: String,
    /// The title.
    pub title: String,
    /// The code of the plan.
    pub code: String,
    /// The version.
    pub version: String,
    /// The state in words, such as `approved 23 November 2026`.
    pub state: String,
    /// Whether every page is marked DRAFT.
    pub draft: bool,
    /// Who may read it.
    pub classification: String,
    /// SHA-256 of the frozen content, 64 hexadecimal digits; `None` for what is not frozen.
    pub content_sha256: Option<String>,
    /// The language, a BCP 47 tag.
    pub language: String,
    /// The moment it shows, RFC 3339 in UTC.
    pub made_at: String,
}

/// The first page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cover {
    /// Labels and values.
    pub fields: Vec<Field>,
    /// What to do first.
    pub card: Option<Card>,
}

/// What to do first, for somebody who holds this on paper.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    /// Its title.
    pub title: String,
    /// What stands beside it.
    pub note: String,
    /// Its columns.
    pub columns: Vec<Vec<Run>>,
}

/// A part with a heading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// A stable key, by which others refer to it.
    pub id: String,
    /// The number, such as `8`; empty where it has none.
    pub number: String,
    /// The heading.
    pub title: String,
    /// 1 for a section, 2 for a part of one.
    pub level: u8,
    /// Where it begins.
    pub start: Start,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// Where a section begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Below what was before.
    Here,
    /// On a new page.
    Page,
    /// On a new page that lies, for what is wide.
    Lying,
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// A paragraph.
    Paragraph {
        /// Its text.
        runs: Vec<Run>,
    },
    /// A list.
    Bullets {
        /// Its entries.
        items: Vec<Vec<Run>>,
    },
    /// Labels and values.
    Fields {
        /// The pairs.
        fields: Vec<Field>,
    },
    /// A table.
    Table(Table),
    /// An impact grid.
    Grid(Grid),
    /// A loss curve.
    Curve(Curve),
    /// Another figure.
    Figure(Figure),
    /// Two columns.
    Columns {
        /// The left one's part of the width, 0 to 1.
        share: f32,
        /// The left one.
        left: Vec<Block>,
        /// The right one.
        right: Vec<Block>,
    },
    /// What is missing here, said in a draft.
    Missing {
        /// The sentence.
        text: String,
    },
}

/// A label and its value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// The label.
    pub label: String,
    /// The value.
    pub value: Cell,
}

/// A piece of text in one style.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// The text.
    pub text: String,
    /// The style.
    pub style: Style,
    /// The section this refers to; its page number is printed after the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_of: Option<String>,
    /// A remark that stands at the foot of the page, with a mark after the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How a text stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// Not at all.
    Plain,
    /// In weight.
    Strong,
    /// By being quiet.
    Quiet,
    /// As a code or hash.
    Mono,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    /// The heading.
    pub title: String,
    /// The width.
    pub width: Width,
    /// How its cells are aligned.
    pub align: Align,
    /// The heading over this one and its neighbours that have the same.
    pub group: Option<String>,
    /// A remark that stands at the foot of every page with this heading.
    pub note: Option<String>,
}

/// The width of a column.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Width {
    /// In millimetres.
    Fixed(f32),
    /// A share of what the fixed ones leave.
    Share(f32),
}

/// How a cell is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Where reading begins.
    Start,
    /// Where it ends, as figures are.
    End,
    /// Between.
    Middle,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Cell {
    /// The text; each entry begins on a line of its own.
    pub lines: Vec<Vec<Run>>,
    /// A word on coloured ground.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chip: Option<Chip>,
    /// Room for a pen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pen: Option<Pen>,
}

/// Room for a pen.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pen {
    /// A box to tick.
    Tick,
    /// A place that stays free, so many millimetres high.
    Room(f32),
    /// A frame to sign in, and what stands in it.
    Signature(Vec<String>),
    /// A field to be signed electronically, left free for ink as well.
    Field {
        /// Its name, one in the document.
        name: String,
        /// What it is for, as it is read out.
        says: String,
    },
}

/// A word on coloured ground; the word says it, the colour only helps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chip {
    /// The word.
    pub text: String,
    /// The colour.
    pub tone: Tone,
}

/// What a colour stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Kept.
    Met,
    /// Not kept.
    Gap,
    /// Worth a look.
    Warn,
    /// Not known.
    Unknown,
}

/// An impact grid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Grid {
    /// The columns' headings.
    pub horizons: Vec<String>,
    /// The rows.
    pub rows: Vec<GridRow>,
}

/// A row of an impact grid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GridRow {
    /// Its name.
    pub name: String,
    /// The levels; `None` is a hole.
    pub levels: Vec<Option<i64>>,
    /// The first column that is unacceptable.
    pub first_unacceptable: Option<usize>,
}

/// A loss curve over logarithmic time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// What it shows.
    pub title: String,
    /// The currency.
    pub currency: String,
    /// Hours and amounts, rising.
    pub points: Vec<(f64, f64)>,
    /// Vertical lines.
    pub markers: Vec<Marker>,
    /// From when on it is unacceptable, in hours.
    pub unacceptable_from: Option<f64>,
}

/// A vertical line in a figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Marker {
    /// Where, in hours.
    pub at: f64,
    /// What it says.
    pub label: String,
    /// What it stands for.
    pub role: MarkerRole,
}

/// What a vertical line stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkerRole {
    /// The RTO.
    Rto,
    /// When services are there.
    Ready,
    /// The MTPD.
    Mtpd,
}

/// A figure, and what it says in words and numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// What it shows.
    pub title: String,
    /// The same for who cannot see it.
    pub words: String,
    /// What is drawn.
    pub drawing: Drawing,
}

/// What is drawn in a figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Drawing {
    /// A risk heat map.
    Heat(Heat),
    /// What takes from when to when.
    Gantt(Gantt),
    /// Lines over two axes.
    Plot(Plot),
    /// Who follows whom.
    Tree(Tree),
    /// What needs what.
    Map(Map),
    /// A QR code.
    Code(Code),
}

/// A QR code.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Code {
    /// What it says.
    pub data: String,
    /// What stands beside it.
    pub lines: Vec<String>,
}

/// A risk heat map: likelihood upwards, impact to the right, each 1 to 5.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Heat {
    /// The cells that are on the map.
    pub cells: Vec<HeatCell>,
}

/// A cell of a heat map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeatCell {
    /// The row, 1 to 5.
    pub likelihood: i64,
    /// The column, 1 to 5.
    pub impact: i64,
    /// The band: 0 low, 1 medium, 2 high, 3 extreme.
    pub band: usize,
    /// The codes of the risks in it.
    pub risks: Vec<String>,
}

/// Bars over time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gantt {
    /// The bars, from top to bottom.
    pub bars: Vec<Bar>,
}

/// A bar over time; all times in minutes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar {
    /// What it stands for.
    pub name: String,
    /// When it begins.
    pub from: i64,
    /// When it ends.
    pub to: i64,
    /// When it must have ended; `None` where nobody says so.
    pub due: Option<i64>,
    /// When it is too late for good (MTPD); `None` where that is unknown or has no meaning.
    pub limit: Option<i64>,
}

/// Lines over two axes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plot {
    /// What the lower axis shows.
    pub across: String,
    /// What the left axis shows.
    pub up: String,
    /// The values along the lower axis that are labelled, and their labels.
    pub ticks_across: Vec<(f64, String)>,
    /// The values along the left axis that are labelled, and their labels.
    pub ticks_up: Vec<(f64, String)>,
    /// Whether the lower axis is logarithmic.
    pub logarithmic: bool,
    /// The lines.
    pub lines: Vec<PlotLine>,
    /// Vertical lines and what they say.
    pub marks: Vec<(f64, String)>,
}

/// A line in a plot.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlotLine {
    /// What it shows.
    pub name: String,
    /// How it is drawn, so that lines differ without colour.
    pub stroke: Stroke,
    /// Its points, rising along the lower axis, with what stands at them.
    pub points: Vec<(f64, f64, Option<String>)>,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stroke {
    /// Without a gap.
    Solid,
    /// In dashes.
    Dashed,
    /// In dots.
    Dotted,
}

/// Who follows whom.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tree {
    /// Its nodes; parents stand before their children.
    pub nodes: Vec<TreeNode>,
}

/// A node of a tree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TreeNode {
    /// What it says.
    pub name: String,
    /// What stands below that.
    pub note: String,
    /// The node it follows; `None` for the first.
    pub parent: Option<usize>,
}

/// What needs what, from left to right.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Map {
    /// Its nodes.
    pub nodes: Vec<MapNode>,
    /// Its edges.
    pub edges: Vec<MapEdge>,
    /// Where they stand.
    pub placed: Placed,
}

/// A node of a map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MapNode {
    /// What it says.
    pub name: String,
    /// Whether it is an activity rather than a service.
    pub activity: bool,
    /// Whether it is one that everything hangs on.
    pub heavy: bool,
}

/// An edge of a map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MapEdge {
    /// The number of the node that needs.
    pub from: usize,
    /// The number of the node that is needed.
    pub to: usize,
    /// How it is drawn.
    pub stroke: Stroke,
}

impl Run {
    /// Plain text.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            style: Style::Plain,
            page_of: None,
            note: None,
        }
    }
    /// Text in weight.
    pub fn strong(text: impl Into<String>) -> Self {
        Self {
            style: Style::Strong,
            ..Self::plain(text)
        }
    }
    /// Quiet text.
    pub fn quiet(text: impl Into<String>) -> Self {
        Self {
            style: Style::Quiet,
            ..Self::plain(text)
        }
    }
    /// A code or hash.
    pub fn mono(text: impl Into<String>) -> Self {
        Self {
            style: Style::Mono,
            ..Self::plain(text)
        }
    }
    /// With a remark at the foot of the page.
    pub fn noted(self, note: impl Into<String>) -> Self {
        Self {
            note: Some(note.into()),
            ..self
        }
    }
    /// Text followed by the page number of a section.
    pub fn page(text: impl Into<String>, section: &str) -> Self {
        Self {
            page_of: Some(section.into()),
            ..Self::plain(text)
        }
    }
}

impl Cell {
    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::runs(vec![Run::plain(text)])
    }
    /// Quiet text.
    pub fn quiet(text: impl Into<String>) -> Self {
        Self::runs(vec![Run::quiet(text)])
    }
    /// Text in weight.
    pub fn strong(text: impl Into<String>) -> Self {
        Self::runs(vec![Run::strong(text)])
    }
    /// One line of runs.
    pub fn runs(runs: Vec<Run>) -> Self {
        Self {
            lines: vec![runs],
            ..Self::default()
        }
    }
    /// Only a chip.
    pub fn chip(text: impl Into<String>, tone: Tone) -> Self {
        Self {
            chip: Some(Chip {
                text: text.into(),
                tone,
            }),
            ..Self::default()
        }
    }
    /// A further line.
    pub fn and(mut self, line: Vec<Run>) -> Self {
        self.lines.push(line);
        self
    }
    /// Room for a pen.
    pub fn pen(pen: Pen) -> Self {
        Self {
            pen: Some(pen),
            ..Self::default()
        }
    }
}
