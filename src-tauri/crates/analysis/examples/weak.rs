//! Times the weak points on synthetic workspaces: `weak SERVICES [PERCENT]`, PERCENT of the services with a 1-of-2 group.
#![allow(clippy::unwrap_used)]
use mainstay_analysis as m;
use mainstay_domain::*;
use std::time::Instant;

fn main() {
    let mut args = std::env::args().skip(1);
    let n: usize = args.next().map_or(10_000, |a| a.parse().unwrap());
    let percent: usize = args.next().map_or(0, |a| a.parse().unwrap());
    let mut ws = m::synthetic::workspace(n, 1);
    for (i, s) in ws.services.iter_mut().enumerate() {
        s.mtbf_h = Some(Hours(1000.0 + (i % 97) as f64));
        s.mttr_h = Some(Hours(1.0 + (i % 7) as f64 / 10.0));
    }
    grouped(&mut ws, percent);
    time("spof", 9, || m::spof(&ws));
    if std::env::args().len() > 3 {
        time("spof", 100, || m::spof(&ws));
        return;
    }
    let spof = m::spof(&ws);
    let hits = spof.stops.iter().map(Vec::len).sum::<usize>();
    println!(
        "{n} services, {} groups, {hits} single hits",
        ws.groups.len()
    );
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let a = m::analyse(&ws, &m::Scenario::default(), today);
    time("weak_points top 50", 3, || {
        m::weak_points(&ws, &a, &spof, 50)
    });
    time("availability", 3, || m::availability(&ws));
    let v = m::availability(&ws);
    let all = || v.services.iter().chain(&v.activities);
    let bounded = all().filter(|t| t.state == m::AvailabilityState::Bounded);
    let width: f64 = all()
        .filter_map(|t| Some(t.availability_at_most - t.availability_at_least?))
        .fold(0.0, f64::max);
    println!(
        "bounded {} of {}, widest {width:.3e}",
        bounded.count(),
        all().count()
    );
    let begun = Instant::now();
    let p = m::pairs(&ws, 1_000_000, &|| begun.elapsed().as_secs() >= 20);
    println!(
        "pairs {} of {} candidates, complete {}, {:.0} ms",
        p.pairs.len(),
        p.candidates,
        p.complete,
        begun.elapsed().as_secs_f64() * 1e3
    );
}

fn time<T>(what: &str, times: usize, f: impl Fn() -> T) {
    let mut took: Vec<f64> = (0..times)
        .map(|_| {
            let t = Instant::now();
            std::hint::black_box(f());
            t.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    took.sort_by(f64::total_cmp);
    println!("{what}: {:.2} ms (median of {times})", took[times / 2]);
}

/// Makes the first two hard dependencies of every so manieth service a group of which one is enough.
fn grouped(ws: &mut Workspace, percent: usize) {
    let template = |i: u128, owner: NodeId| {
        let id = Uuid::from_u128((1 << 100) + i);
        let mut ws = Workspace::default();
        let fields = Table::RedundancyGroup.spec().fields.iter();
        let data = fields
            .map(|f| match f.column {
                "code" => Datum::Text(format!("G{i:06}")),
                "owner_node_id" => Datum::Id(owner.0),
                "k" => Datum::Int(1),
                _ => Datum::Null,
            })
            .collect();
        ws.push(
            Table::RedundancyGroup,
            &Row {
                id,
                pos: i as i64,
                data,
            },
        )
        .unwrap();
        ws.groups.remove(0)
    };
    let owners: std::collections::BTreeSet<Uuid> = ws
        .services
        .iter()
        .enumerate()
        .filter(|(i, _)| i * 7919 % 100 < percent)
        .map(|(_, s)| s.id.0)
        .collect();
    let mut members: std::collections::BTreeMap<Uuid, Vec<usize>> = Default::default();
    for (i, d) in ws.dependencies.iter().enumerate() {
        if owners.contains(&d.dependant_id.0) && d.strength == Strength::Hard {
            members.entry(d.dependant_id.0).or_default().push(i);
        }
    }
    for (k, (owner, list)) in members.iter().enumerate() {
        if list.len() > 1 {
            let g = template(k as u128, NodeId(*owner));
            list.iter()
                .take(2)
                .for_each(|i| ws.dependencies[*i].group_id = Some(g.id));
            ws.groups.push(g);
        }
    }
}
