//! What each command does.

use crate::args::{Args, Chance, Command, Goal, Outage, PlanCommand, ScenarioCommand, Unit};
use crate::{history, passphrase, print, print_rescue, print_risk, signing};
use mainstay_app::headless::{NewScenario, RecoverArgs, ScenarioArgs, SimulateArgs};
use mainstay_app::recover;
use mainstay_app::wire::BackupPreview;
use mainstay_app::{Access, App, Config, Outcome, Problem};
use serde_json::{Value, json};
use std::path::Path;

/// Carries a command out; the exit status.
///
/// # Errors
/// The sentence for standard error.
pub fn run(args: Args) -> Outcome<u8> {
    let mut config = Config::of_this_computer();
    // The command line leaves no traces of its own.
    config.state_dir = None;
    if let Some(now) = args.now {
        config = config.at(now);
    }
    let mut app = App::new(config);
    let given = args.passphrase_file.as_deref();
    let of_workspace = match &args.command {
        Command::Key(_) => None,
        // Then the passphrase is that of the key.
        Command::Plan(PlanCommand::Sign {
            key: Some(_),
            workspace_passphrase_file,
            ..
        }) => workspace_passphrase_file.as_deref(),
        _ => given,
    };
    let option = match &args.command {
        Command::Plan(PlanCommand::Sign { key: Some(_), .. }) => "--workspace-passphrase-file",
        _ => "--passphrase-file",
    };
    passphrase::prepare(&mut app, of_workspace, option)?;
    let status = command(&mut app, args.command, given)?;
    app.close_file()?;
    Ok(status)
}

fn command(app: &mut App, command: Command, passphrase_file: Option<&Path>) -> Outcome<u8> {
    match command {
        Command::Example {
            out,
            services,
            seed,
        } => {
            app.write_example(&out, services.map(|n| (n as usize, seed)))?;
            println!("Wrote {}.", out.display());
        }
        Command::Import {
            input,
            out,
            strict,
            format,
        } => {
            let report = app.import_file(&input, &out, strict)?;
            if format.json {
                print::json(&report)?;
            } else {
                for n in &report.notes {
                    println!("{n}");
                }
                println!(
                    "Imported {} records into {}.",
                    report.records,
                    out.display()
                );
            }
        }
        Command::Export { file, out, format } => {
            app.open_file(&file, Access::Read)?;
            match out {
                Some(out) => {
                    app.export_file(&out)?;
                    if format.json {
                        print::json(&json!({ "path": out }))?;
                    } else {
                        println!("Wrote {}.", out.display());
                    }
                }
                // The interchange form is JSON whether it is asked for or not.
                None => print::text(&app.export_text()?)?,
            }
        }
        Command::Analyse {
            file,
            outage,
            staff,
            pairs,
            format,
        } => {
            app.open_file(&file, Access::Read)?;
            let report = app.analysis_report(&scenario_args(outage, staff), pairs)?;
            if format.json {
                print::json(&report)?
            } else {
                print::analysis(&report)?
            }
        }
        Command::Recover {
            file,
            outage,
            staff,
            goal,
            by,
            budget,
            seed,
            schedules,
            format,
        } => {
            app.open_file(&file, Access::Read)?;
            // A saved scenario says itself how many people there are.
            let planned = |staff: Vec<String>| match (staff.is_empty(), &outage.scenario) {
                (true, None) => vec!["planned".into()],
                _ => staff,
            };
            let staff = planned(staff);
            let order = app.recovery_order(&RecoverArgs {
                scenario: scenario_args(outage, staff),
                goal: match goal {
                    Goal::Breaches => recover::Goal::Breaches,
                    Goal::Loss => recover::Goal::Loss,
                    Goal::Finish => recover::Goal::Finish,
                },
                unit: match by {
                    Unit::Services => recover::WorkUnit::Services,
                    Unit::Steps => recover::WorkUnit::Steps,
                },
                budget_s: budget,
                seed,
                schedules,
            })?;
            if format.json {
                print::json(&order)?
            } else {
                print_risk::recovery_order(&order)?
            }
        }
        Command::Scenario(s) => scenario(app, s)?,
        Command::Loss {
            file,
            activity,
            hours,
            from,
            format,
        } => {
            app.open_file(&file, Access::Read)?;
            let losses = app.losses(activity.as_deref(), hours, from)?;
            if format.json {
                print::json(&losses)?
            } else {
                print_risk::losses(&losses)?
            }
        }
        Command::Simulate {
            file,
            chance,
            thresholds,
            format,
        } => {
            app.open_file(&file, Access::Read)?;
            let done = app.simulation(&simulate_args(&chance, thresholds))?;
            if format.json {
                print::json(&done)?
            } else {
                print_risk::simulation(&done)?
            }
        }
        Command::Strategies {
            file,
            simulate: true,
            chance,
            format,
        } => {
            app.open_file(&file, Access::Read)?;
            let done = app.strategy_simulation(&simulate_args(&chance, Vec::new()))?;
            if format.json {
                print::json(&done)?
            } else {
                print_risk::strategy_simulation(&done)?
            }
        }
        Command::Strategies { file, format, .. } => {
            app.open_file(&file, Access::Read)?;
            let compared = app.strategies()?;
            if format.json {
                print::json(&compared)?
            } else {
                print_risk::strategies(&compared)?
            }
        }
        Command::Plan(p) => return plan(app, p, passphrase_file),
        Command::Key(k) => signing::key(app, k, passphrase_file)?,
        Command::Verify {
            pdf,
            against,
            format,
        } => return signing::verify(app, &pdf, against.as_deref(), format.json),
        Command::Pdf {
            file,
            plan,
            version,
            kind,
            paper,
            redact,
            sections,
            language,
            out,
            format,
        } => {
            app.open_file(&file, Access::Read)?;
            let args = json!({
                "plan": plan, "version": version, "kind": kind, "paper": paper,
                "redact": redact, "sections": sections, "language": language, "path": out,
            });
            let done = app.call("export_pdf", args)?;
            if format.json {
                print::json(&done)?;
            } else {
                let text = |k: &str| done[k].as_str().unwrap_or_default().replace('_', " ");
                println!(
                    "Wrote version {} ({}) to {}.",
                    text("version"),
                    text("state"),
                    out.display()
                );
            }
        }
        Command::Check { file, format } => {
            app.open_for_check(&file)?;
            let report = app.check_report()?;
            if format.json {
                print::json(&report)?
            } else {
                print::check(&report)?
            }
            return Ok(match (report.sound, report.findings.is_empty()) {
                (false, _) => 2,
                (true, false) => 1,
                (true, true) => 0,
            });
        }
        Command::Rescue { input, out, format } => {
            let report = app.rescue_file(&input, &out)?;
            if format.json {
                print::json(&report)?
            } else {
                print_rescue::report(&report, &input)?
            }
            return Ok(u8::from(!report.exact));
        }
        Command::Passphrase(command) => passphrase::run(app, command)?,
        Command::Backup { file, dir, format } => {
            app.open_file(&file, Access::Read)?;
            let done = app.call("back_up", json!({ "folder": dir }))?;
            if format.json {
                print::json(&done)?
            } else {
                println!("Wrote {}.", done["path"].as_str().unwrap_or_default());
            }
        }
        Command::Restore {
            backup,
            out: Some(out),
            preview: false,
            format,
            ..
        } => {
            app.restore_file(&backup, &out)?;
            if format.json {
                print::json(&json!({ "path": out }))?
            } else {
                println!("Made {} from the backup.", out.display());
            }
        }
        Command::Restore {
            backup,
            against,
            format,
            ..
        } => {
            if let Some(file) = against {
                app.open_file(&file, Access::Read)?;
            }
            restore_preview(app, &backup, format.json)?
        }
        Command::History(command) => history::run(app, command)?,
        Command::Copies(c) => return crate::copies::run(app, c),
    }
    Ok(0)
}

fn plan(app: &mut App, command: PlanCommand, passphrase_file: Option<&Path>) -> Outcome<u8> {
    match command {
        PlanCommand::List { file, format } => {
            app.open_file(&file, Access::Read)?;
            let mut plans = Vec::new();
            for row in list(app.call("plans", json!({}))?) {
                let detail = app.call("plan_detail", json!({ "code": row["code"] }))?;
                plans.push(json!({
                    "code": row["code"], "title": row["title"], "owner": row["owner"], "approved": row["approved"],
                    "working": row["working"], "working_state": row["working_state"],
                    "required_sign_offs": detail["required"], "versions": detail["versions"],
                }));
            }
            if format.json {
                print::json(&plans)?
            } else {
                print::plans(&plans)?
            }
        }
        PlanCommand::Submit {
            file,
            plan,
            role,
            accept,
            accept_all,
            paper,
        } => {
            write(app, &file)?;
            let accept: Vec<Value> = accept
                .iter()
                .map(|(f, r)| json!({ "finding": f, "reason": r }))
                .collect();
            say(&app.call(
                "submit_plan",
                json!({ "plan": plan, "as_role": role, "accept": accept, "accept_all": accept_all, "change_note": null, "paper": paper }),
            )?);
        }
        PlanCommand::Sign {
            file,
            plan,
            kind,
            role,
            name,
            key,
            on_paper,
            timestamp,
            ..
        } => {
            write(app, &file)?;
            let opens = match &key {
                Some(key) => Some(passphrase::of_key(key, passphrase_file)?),
                None => None,
            };
            say(&app.call(
                "sign_plan",
                json!({
                    "plan": plan, "kind": kind.word(), "as_role": role, "name": name, "key": key,
                    "key_passphrase": opens.as_ref().map(|p| p.as_str()), "on_paper": on_paper,
                    "timestamp": timestamp,
                }),
            )?);
        }
        PlanCommand::Reject {
            file,
            plan,
            role,
            reason,
        } => {
            write(app, &file)?;
            say(&app.call(
                "reject_plan",
                json!({ "plan": plan, "as_role": role, "reason": reason }),
            )?);
        }
    }
    Ok(0)
}

fn simulate_args(chance: &Chance, thresholds: Vec<f64>) -> SimulateArgs {
    SimulateArgs {
        years: chance.years,
        seed: chance.seed,
        thresholds,
    }
}

fn scenario_args(outage: Outage, staff: Vec<String>) -> ScenarioArgs {
    ScenarioArgs {
        saved: outage.scenario,
        down: outage.down,
        start_min: outage.start,
        staff,
    }
}

fn scenario(app: &mut App, command: ScenarioCommand) -> Outcome<()> {
    match command {
        ScenarioCommand::List { file, format } => {
            app.open_file(&file, Access::Read)?;
            let list = app.saved_scenarios()?;
            if format.json {
                print::json(&list)
            } else {
                print_risk::scenarios(&list)
            }
        }
        ScenarioCommand::Save(new) => {
            let new = *new;
            write(app, &new.file)?;
            let operation = app.save_scenario(&NewScenario {
                code: new.code,
                name: new.name,
                description: new.description,
                scenario: scenario_args(new.outage, new.staff),
                own_restore: new.own,
                redundancy: new.redundancy,
                strategies: new.strategies,
            })?;
            let done = json!({ "operation": operation });
            if new.format.json {
                print::json(&done)
            } else {
                say(&done);
                Ok(())
            }
        }
        ScenarioCommand::Compare {
            file,
            codes,
            format,
        } => {
            app.open_file(&file, Access::Read)?;
            let compared = app.compare_scenarios(&codes)?;
            if format.json {
                print::json(&compared)
            } else {
                print_risk::compared(&compared)
            }
        }
    }
}

/// Opens a file to work in it; says where the copy is when that raised its format.
pub fn write(app: &mut App, file: &Path) -> Outcome<()> {
    app.open_file(file, Access::Write)?;
    if let Some(copy) = app.copy_before_raising() {
        eprintln!(
            "{} was of an older format; {} is a copy of it as it was.",
            file.display(),
            copy.display()
        );
    }
    Ok(())
}

fn say(changed: &Value) {
    println!(
        "Done: {}.",
        changed["operation"].as_str().unwrap_or_default()
    );
}

/// Says what a backup holds, and writes nothing.
fn restore_preview(app: &mut App, backup: &Path, as_json: bool) -> Outcome<()> {
    let seen = app.call("preview_backup", json!({ "path": backup }))?;
    if as_json {
        return print::json(&seen);
    }
    let text = |k: &str| seen[k].as_str().unwrap_or_default().to_owned();
    println!(
        "{}: {} services, {} activities.",
        text("name"),
        seen["services"],
        seen["activities"]
    );
    println!(
        "Last change: {}, by {} at {}.",
        text("operation"),
        text("author"),
        text("at")
    );
    match seen["damage"].as_array().map(Vec::as_slice) {
        Some([]) | None => println!("It is whole."),
        Some(damage) => {
            for d in damage.iter().filter_map(Value::as_str) {
                println!("Damaged: {d}.");
            }
        }
    }
    let seen: BackupPreview = serde_json::from_value(seen)
        .map_err(|e| Problem::new("internal", format!("The answer could not be read: {e}.")))?;
    if let Some(since) = &seen.since {
        history::since(since)?;
    }
    Ok(())
}

fn list(v: Value) -> Vec<Value> {
    match v {
        Value::Array(a) => a,
        _ => Vec::new(),
    }
}

/// Turns a failure to write to standard output into a problem.
pub fn broken_output(e: &std::io::Error) -> Problem {
    Problem::new("io", format!("The output could not be written: {e}."))
}
