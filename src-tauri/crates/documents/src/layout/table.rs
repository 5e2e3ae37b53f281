//! Tables: hairlines, wrapped cells, header rows that come again on every page.

use super::Item;
use super::flow::Flow;
use super::fonts::SEMIBOLD;
use super::look::{GAP, GAP_SOFT, LINE, MET, MET_SOFT, MM, QUIET, SUNKEN, WARN, WARN_SOFT};
use super::notes::{head_notes, notes_of};
use super::text::{Line, Type, single, wrap};
use super::tree::{Role, Scope, Span};
use crate::model::{Align, Cell, Chip, Pen, Run, Table, Tone, Width};

const PAD_X: f32 = 4.5;
const PAD_Y: f32 = 3.6;
const CHIP_HEIGHT: f32 = 11.0;
const SIGNATURE_HEIGHT: f32 = 15.0 * MM;

/// A cell broken into lines.
struct Set {
    lines: Vec<Line>,
    chip: Option<Chip>,
    pen: Option<Pen>,
}

impl Set {
    fn height(&self) -> f32 {
        let text = self.lines.len() as f32 * Type::CELL.lead;
        let chip = if self.chip.is_some() {
            CHIP_HEIGHT + 1.5
        } else {
            0.0
        };
        let pen = match &self.pen {
            Some(Pen::Tick) => 12.0,
            Some(Pen::Room(mm)) => mm * MM,
            Some(Pen::Signature(_) | Pen::Field { .. }) => SIGNATURE_HEIGHT,
            None => 0.0,
        };
        (text + chip).max(pen)
    }
}

/// The head of a table.
struct Head {
    titles: Vec<Vec<Line>>,
    /// One for every column that has no other head above it.
    groups: Vec<Group>,
    /// The height of the heads of several columns.
    above: f32,
    /// The height of the heads of the columns.
    height: f32,
}

impl Head {
    fn full(&self) -> f32 {
        (self.above + self.height).max(2.0)
    }
}

/// Columns under one head, from the first to before the last.
struct Group {
    title: Option<String>,
    lines: Vec<Line>,
    from: usize,
    to: usize,
}

/// The parts of the heads, by column; a head of several by its first.
struct HeadParts {
    groups: Vec<usize>,
    titles: Vec<usize>,
}

impl Flow<'_> {
    /// Puts a table at the end of the flow.
    pub(crate) fn table(&mut self, t: &Table) {
        self.within(Role::Table, |f| f.all_of(t));
        self.y += 9.0;
    }

    fn all_of(&mut self, t: &Table) {
        let widths = self.column_widths(t);
        self.header(t, &widths);
        let head = self.head(t, &widths).full().max(24.0);
        for row in &t.rows {
            let parts = self.begin_row(t, row.len());
            let cells: Vec<Set> = row
                .iter()
                .zip(&widths)
                .map(|(c, w)| self.set(c, w - 2.0 * PAD_X))
                .collect();
            let notes = notes_of(row.iter().flat_map(|c| &c.lines).flatten());
            let height = cells
                .iter()
                .map(Set::height)
                .fold(Type::CELL.lead, f32::max)
                + 2.0 * PAD_Y;
            if height + self.notes_height(&notes) > self.room() {
                let mut notes = notes.clone();
                notes.extend(head_notes(&t.columns));
                if height + self.notes_on_a_page(&notes) <= self.full() - head {
                    self.new_page();
                    self.header_again(t, &widths);
                } else {
                    self.tall_row(t, &widths, &parts, (row, cells));
                    continue;
                }
            }
            for (cell, part) in row.iter().zip(&parts) {
                let notes = notes_of(cell.lines.iter().flatten());
                self.fill(*part, |f| f.note(&notes));
            }
            self.row(t, &widths, &parts, &cells, height);
        }
    }

    /// The parts of a row's cells; without heads of columns, the first cell is the head of its row.
    fn begin_row(&mut self, t: &Table, cells: usize) -> Vec<usize> {
        let untitled = t.columns.iter().all(|c| c.title.is_empty());
        let row = self.begin(Role::Row);
        self.fill(row, |f| {
            (0..cells)
                .map(|i| match i {
                    0 if untitled && cells > 1 => f.begin(Role::Head(Scope::Row, Span::ONE)),
                    _ => f.begin(Role::Cell),
                })
                .collect()
        })
    }

    fn header_again(&mut self, t: &Table, widths: &[f32]) {
        self.as_ornament(|f| f.header(t, widths));
    }

    /// The height of the header and the first row.
    pub(crate) fn table_start(&mut self, t: &Table) -> f32 {
        let widths = self.column_widths(t);
        let first = match t.rows.first() {
            Some(row) => row
                .iter()
                .zip(&widths)
                .map(|(c, w)| self.set(c, w - 2.0 * PAD_X).height())
                .fold(0.0, f32::max),
            None => 0.0,
        };
        let noted = self.notes_height(&head_notes(&t.columns));
        self.head(t, &widths).full() + first.min(200.0) + 2.0 * PAD_Y + noted
    }

    fn column_widths(&self, t: &Table) -> Vec<f32> {
        let fixed: f32 = t
            .columns
            .iter()
            .map(|c| {
                if let Width::Fixed(mm) = c.width {
                    mm * MM
                } else {
                    0.0
                }
            })
            .sum();
        let shares: f32 = t
            .columns
            .iter()
            .map(|c| {
                if let Width::Share(s) = c.width {
                    s
                } else {
                    0.0
                }
            })
            .sum();
        // Fixed columns give way when they would leave nothing for the others.
        let squeeze = if fixed > self.width * 0.8 && shares > 0.0 || fixed > self.width {
            self.width * 0.75 / fixed
        } else {
            1.0
        };
        let rest = (self.width - fixed * squeeze).max(0.0);
        t.columns
            .iter()
            .map(|c| match c.width {
                Width::Fixed(mm) => mm * MM * squeeze,
                Width::Share(s) => rest * s / shares.max(0.001),
            })
            .collect()
    }

    /// The heads of the columns and, over them, those of several.
    fn head(&mut self, t: &Table, widths: &[f32]) -> Head {
        let mut titles = Vec::new();
        let mut groups: Vec<Group> = Vec::new();
        for (i, c) in t.columns.iter().enumerate() {
            let mark = c.note.as_deref().map(|n| self.numbers.mark(n));
            let title = format!("{}{}", c.title, mark.unwrap_or_default());
            titles.push(self.head_lines(title, widths[i]));
            match (&c.group, groups.last_mut()) {
                (Some(title), Some(g)) if g.to == i && g.title.as_ref() == Some(title) => {
                    g.to += 1;
                }
                (title, _) => groups.push(Group {
                    title: title.clone(),
                    lines: Vec::new(),
                    from: i,
                    to: i + 1,
                }),
            }
        }
        for g in &mut groups {
            if let Some(title) = &g.title {
                g.lines = self.head_lines(title.clone(), widths[g.from..g.to].iter().sum());
            }
        }
        let high = |lines: Option<usize>| match lines.unwrap_or(0) {
            0 => 0.0,
            n => n as f32 * Type::HEAD.lead + 2.0 * PAD_Y,
        };
        Head {
            above: high(groups.iter().map(|g| g.lines.len()).max()),
            height: high(titles.iter().map(Vec::len).max()),
            titles,
            groups,
        }
    }

    fn head_lines(&mut self, title: String, width: f32) -> Vec<Line> {
        let runs = [Run::plain(title)];
        wrap(self.fonts, &runs, Type::HEAD, width - 2.0 * PAD_X)
    }

    fn header(&mut self, t: &Table, widths: &[f32]) {
        let head = self.head(t, widths);
        let noted = self.notes_height(&head_notes(&t.columns));
        self.need(head.full() + Type::CELL.lead + 2.0 * PAD_Y + noted);
        let shown = !self.is_ornament() && head.titles.iter().any(|c| !c.is_empty());
        let parts = self.head_parts(&head, t.columns.len(), shown);
        let top = self.y;
        let mut x = self.x;
        for g in &head.groups {
            let w: f32 = widths[g.from..g.to].iter().sum();
            if g.title.is_some() {
                self.fill(parts.groups[g.from], |f| {
                    for (k, l) in g.lines.iter().enumerate() {
                        let y = top + PAD_Y + (k as f32 + 0.76) * Type::HEAD.lead;
                        f.place(l, aligned(Align::Middle, x, w, l), y);
                    }
                });
                let y = top + head.above;
                let ends = vec![(x + PAD_X, y), (x + w - PAD_X, y)];
                self.line(ends, LINE, 0.4);
            }
            x += w;
        }
        x = self.x;
        for (i, (lines, w)) in head.titles.iter().zip(widths).enumerate() {
            let c = &t.columns[i];
            let high = lines.len() as f32 * Type::HEAD.lead;
            let from = top + head.full() - PAD_Y - high;
            self.fill(parts.titles[i], |f| {
                for (k, l) in lines.iter().enumerate() {
                    let at = aligned(c.align, x, *w, l);
                    f.place(l, at, from + (k as f32 + 0.76) * Type::HEAD.lead);
                }
                f.note(&head_notes(std::slice::from_ref(c)));
            });
            x += w;
        }
        self.y += head.full();
        self.rule();
    }

    /// The parts of the heads: those of several columns in a row of their own, with the single ones that stand beside them.
    fn head_parts(&mut self, head: &Head, columns: usize, shown: bool) -> HeadParts {
        let mut parts = HeadParts {
            groups: vec![self.part(); columns],
            titles: vec![self.part(); columns],
        };
        if !shown {
            return parts;
        }
        let scope = Scope::Column;
        let grouped = head.groups.iter().any(|g| g.title.is_some());
        if grouped {
            let row = self.begin(Role::Row);
            for g in &head.groups {
                let (columns, rows) = match g.title {
                    Some(_) => (g.to - g.from, 1),
                    None => (1, 2),
                };
                let role = Role::Head(scope, Span { columns, rows });
                let part = self.fill(row, |f| f.begin(role));
                match g.title {
                    Some(_) => parts.groups[g.from] = part,
                    None => parts.titles[g.from] = part,
                }
            }
        }
        let row = self.begin(Role::Row);
        for g in &head.groups {
            for title in &mut parts.titles[g.from..g.to] {
                if g.title.is_some() || !grouped {
                    *title = self.fill(row, |f| f.begin(Role::Head(scope, Span::ONE)));
                }
            }
        }
        parts
    }

    fn rule(&mut self) {
        let (x, y, w) = (self.x, self.y, self.width);
        self.line(vec![(x, y), (x + w, y)], LINE, 0.4);
    }

    fn row(&mut self, t: &Table, widths: &[f32], parts: &[usize], cells: &[Set], height: f32) {
        let mut x = self.x;
        for (((cell, w), c), part) in cells.iter().zip(widths).zip(&t.columns).zip(parts) {
            self.fill(*part, |f| f.cell(cell, c.align, x, *w));
            x += w;
        }
        self.y += height;
        self.rule();
    }

    fn cell(&mut self, cell: &Set, align: Align, x: f32, w: f32) {
        let top = self.y + PAD_Y;
        for (i, l) in cell.lines.iter().enumerate() {
            let at = aligned(align, x, w, l);
            self.place(l, at, top + (i as f32 + 0.76) * Type::CELL.lead);
        }
        if let Some(chip) = &cell.chip {
            let below = cell.lines.len() as f32 * Type::CELL.lead + 0.6;
            self.chip(chip, x + PAD_X, top + below);
        }
        match &cell.pen {
            Some(Pen::Tick) => {
                let (x, line) = (x + (w - 9.0) / 2.0, Some((QUIET, 0.6)));
                self.rounded(x, top + 1.0, 9.0, 9.0, 1.5, None, line);
            }
            Some(Pen::Signature(lines)) => self.signature(lines, x + PAD_X, top, w - 2.0 * PAD_X),
            Some(Pen::Field { name, says }) => {
                let (x, w) = (x + PAD_X, w - 2.0 * PAD_X);
                self.signature(&[], x, top, w);
                let field = Item::Field {
                    x,
                    y: top,
                    w,
                    h: SIGNATURE_HEIGHT - 2.0,
                    name: name.clone(),
                    says: says.clone(),
                };
                self.within(Role::Form, |f| f.push(field));
            }
            // What is written there comes later.
            Some(Pen::Room(_)) | None => {}
        }
    }

    fn signature(&mut self, lines: &[String], x: f32, y: f32, w: f32) {
        self.rounded(
            x,
            y,
            w,
            SIGNATURE_HEIGHT - 2.0,
            3.0,
            None,
            Some((LINE, 0.5)),
        );
        let runs: Vec<Run> = vec![Run::plain(lines.join("\n"))];
        for (i, l) in wrap(self.fonts, &runs, Type::LABEL, w - 10.0)
            .iter()
            .take(4)
            .enumerate()
        {
            self.place(l, x + 5.0, y + 4.0 + (i as f32 + 0.76) * Type::LABEL.lead);
        }
    }

    /// A row that no page holds goes on over several.
    fn tall_row(
        &mut self,
        t: &Table,
        widths: &[f32],
        parts: &[usize],
        (row, mut cells): (&[Cell], Vec<Set>),
    ) {
        let mut notes: Vec<Vec<&str>> = row
            .iter()
            .map(|c| notes_of(c.lines.iter().flatten()))
            .collect();
        loop {
            // As if all notes that are left stood on this page: where their marks will be is known only after.
            let noted = self.notes_height(&notes.concat());
            let fits = (((self.room() - noted - 2.0 * PAD_Y) / Type::CELL.lead)
                .floor()
                .max(0.0)) as usize;
            if fits < 3 {
                self.new_page();
                self.header_again(t, widths);
                continue;
            }
            let rest: Vec<Set> = cells
                .iter_mut()
                .map(|c| {
                    let cut = c.lines.len().min(fits);
                    let lines = c.lines.split_off(cut);
                    let more = !lines.is_empty();
                    Set {
                        lines,
                        chip: if more { c.chip.take() } else { None },
                        pen: None,
                    }
                })
                .collect();
            let height = cells
                .iter()
                .map(Set::height)
                .fold(Type::CELL.lead, f32::max)
                + 2.0 * PAD_Y;
            for ((cell, part), notes) in cells.iter().zip(parts).zip(&mut notes) {
                let here;
                (here, *notes) = self.marked(std::mem::take(notes), &cell.lines);
                self.fill(*part, |f| f.note(&here));
            }
            self.row(t, widths, parts, &cells, height);
            if rest.iter().all(|c| c.lines.is_empty()) {
                return;
            }
            cells = rest;
            self.new_page();
            self.header_again(t, widths);
        }
    }

    fn set(&mut self, c: &Cell, width: f32) -> Set {
        let mut lines = Vec::new();
        for l in &c.lines {
            let runs = self.resolve(l);
            lines.extend(wrap(self.fonts, &runs, Type::CELL, width.max(8.0)));
        }
        Set {
            lines,
            chip: c.chip.clone(),
            pen: c.pen.clone(),
        }
    }

    /// A word on coloured ground, its top left corner at a place.
    pub(crate) fn chip(&mut self, c: &Chip, x: f32, y: f32) {
        let (ink, ground) = match c.tone {
            Tone::Met => (MET, MET_SOFT),
            Tone::Gap => (GAP, GAP_SOFT),
            Tone::Warn => (WARN, WARN_SOFT),
            Tone::Unknown => (QUIET, SUNKEN),
        };
        let t = Type {
            size: 7.6,
            lead: 10.0,
            face: SEMIBOLD,
            color: ink,
        };
        let line = single(self.fonts, &c.text, t);
        self.rounded(
            x - 1.0,
            y,
            line.width + 10.0,
            CHIP_HEIGHT,
            5.5,
            Some(ground),
            None,
        );
        self.place(&line, x + 4.0, y + 8.1);
    }
}

fn aligned(a: Align, x: f32, w: f32, line: &Line) -> f32 {
    match a {
        Align::Start => line.start(x + PAD_X, w - 2.0 * PAD_X),
        Align::End => x + w - PAD_X - line.width,
        Align::Middle => x + (w - line.width) / 2.0,
    }
}
