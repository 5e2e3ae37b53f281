//! Risks and strategies of the example organisation against figures from an independent computation (`data/golden.json`).
#![allow(clippy::unwrap_used)]

use mainstay_analysis::{risk, strategy};
use mainstay_tests::plans::{example, golden};
use serde_json::Value;

#[test]
fn heat_map_and_bands() {
    let want = &golden()["demo"];
    let got = risk::ratings(&example());
    let cells: serde_json::Map<String, Value> = got
        .heat_map
        .iter()
        .filter(|c| !c.risks.is_empty())
        .map(|c| {
            (
                format!("{},{}", c.likelihood, c.impact),
                c.risks.clone().into(),
            )
        })
        .collect();
    assert_eq!(want["heatmap_residual_L,I"], Value::Object(cells));
    let bands = &want["risk_band_counts"];
    assert_eq!(bands["extreme"], got.bands.extreme);
    assert_eq!(bands["high"], got.bands.high);
    assert_eq!(bands["medium"], got.bands.medium);
    assert_eq!((got.bands.low, got.bands.unknown), (0, 0));
}

#[test]
fn strategies_to_the_cent() {
    let want = golden();
    let want = want["demo"]["strategy"].as_object().unwrap();
    let got = serde_json::to_value(strategy::compare(&example())).unwrap();
    let scopes = got["scopes"].as_array().unwrap();
    assert_eq!(scopes.len(), want.len());
    for scope in scopes {
        let w = &want[scope["code"].as_str().unwrap()];
        for key in ["best_feasible", "cheapest_any", "selected"] {
            assert_eq!(scope[key], w[key], "{} {key}", scope["code"]);
        }
        let options = w["options"].as_array().unwrap();
        assert_eq!(scope["options"].as_array().unwrap().len(), options.len());
        for (o, w) in scope["options"].as_array().unwrap().iter().zip(options) {
            assert_eq!((&o["code"], &o["feasible"]), (&w["id"], &w["feasible"]));
            for key in ["annual_cost", "loss_per_event", "expected_loss", "total"] {
                assert_eq!(o[key].as_f64(), w[key].as_f64(), "{} {key}", o["code"]);
            }
        }
    }
}

#[test]
fn the_whole_example_is_simulated() {
    let ws = example();
    let options = risk::SimulationOptions {
        years: 20_000,
        ..risk::SimulationOptions::default()
    };
    let r = risk::simulate(&ws, &options, &|| false).unwrap();
    assert_eq!((r.risks.len(), r.whole.left_out.len()), (15, 0));
    assert!(!r.whole.lower_bound);
    for x in &r.risks {
        let (mean, se) = (x.figures.mean.unwrap(), x.figures.se.unwrap());
        let ale = x.expected.ale.unwrap();
        assert!(
            (mean - ale).abs() <= 4.0 * se,
            "{}: {mean} {ale} {se}",
            x.expected.code
        );
    }
    let whole = serde_json::to_value(&r).unwrap();
    for key in ["mean", "se", "p50", "p90", "p95", "p99", "p_zero", "ale"] {
        assert!(whole["whole"][key].is_f64(), "{key}");
        assert!(whole["risks"][0][key].is_f64(), "{key}");
    }
}
