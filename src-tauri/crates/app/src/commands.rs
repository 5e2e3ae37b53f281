//! The one list of commands. The window's router, the command line and the TypeScript types are built from it.

/// Calls `$each!` with the whole list: name, arguments, result, and a sentence on what it does.
#[macro_export]
macro_rules! for_each_command {
    ($each:ident) => {
        $each! {
            /// What the window shows around every section.
            status(Nothing) -> Status;
            /// The choices that fields of the registers offer.
            lists(Nothing) -> Lists;
            /// Makes a new workspace with one plan and opens it.
            new_workspace(NewWorkspace) -> Status;
            /// Opens a plan file.
            open(OpenFile) -> Status;
            /// Opens a plan file that is in use elsewhere, for reading only.
            open_read_only(OpenFile) -> Status;
            /// Opens the example workspace, made anew when it is not there.
            open_example(OpenExample) -> Status;
            /// Closes the open workspace.
            close(Nothing) -> Status;
            /// Takes a file off the list of recent ones.
            forget_recent(ByPath) -> Status;
            /// The default place for a new file.
            suggest_path(SuggestPath) -> PathView;
            /// Takes the last step back.
            undo(Nothing) -> Changed;
            /// Does the last undone step again.
            redo(Nothing) -> Changed;
            /// Who changed what, from what to what, and when: a page of steps, latest first.
            history(HistoryFilter) -> HistoryPage;
            /// Shows the workspace as it was, for reading only.
            look_back(LookBack) -> Status;
            /// Goes back to today.
            look_now(Nothing) -> Status;
            /// What lies between two points of the history or two plan versions, and which results moved.
            differences(AskDifferences) -> Differences;
            /// Gives out a copy for a breakout room.
            give_out(GiveOut) -> PathView;
            /// What bringing a copy back would do; nothing is written.
            preview_bring_back(BringBack) -> MergePreview;
            /// Brings a copy back as one step; refused while a conflict waits for a choice.
            bring_back(BringBack) -> BroughtBack;
            /// Sets, changes or removes the passphrase of the open workspace and of its backups.
            set_passphrase(SetPassphrase) -> Status;
            /// The backups of the open workspace.
            backups(Nothing) -> Backups;
            /// Chooses the folder for backups, on this computer.
            set_backup_folder(BackupFolder) -> Backups;
            /// Makes a backup now.
            back_up(BackupFolder) -> PathView;
            /// What a backup holds; nothing is written.
            preview_backup(ByPath) -> BackupPreview;
            /// Makes a new plan file from a backup and opens it.
            restore_backup(RestoreBackup) -> Status;
            /// The backups of a file that is not open, such as a damaged one.
            backups_of(ByPath) -> Backups;
            /// Saves what can be read of a damaged file into a new one.
            rescue_damaged(RescueFile) -> Rescued;
            /// What is known, what is missing, which gaps, and what to do next.
            overview(Nothing) -> Overview;
            /// Everything that is wrong or missing.
            findings(Nothing) -> Vec<FindingView>;
            /// Finds records by any text in them, best first.
            find(Find) -> Vec<Hit>;
            /// Changes fields of one record, each as typed.
            set_fields(SetFields) -> Changed;
            /// Changes a list of one record.
            set_list(SetList) -> Changed;
            /// Adds a record.
            add_record(AddRecord) -> Changed;
            /// Removes a record and what hangs on it; refused, with the places named, while others refer to it.
            remove_record(ByCode) -> Changed;
            /// The activities, tightest first.
            activities(Nothing) -> Vec<ActivityRow>;
            /// One activity's impact sheet.
            activity_sheet(ByCode) -> ActivitySheet;
            /// Rates one cell of an impact grid.
            rate_impact(RateImpact) -> Changed;
            /// Notes something on one cell of an impact grid.
            note_impact(NoteImpact) -> Changed;
            /// Sets what an activity loses over time.
            set_loss(SetLoss) -> Changed;
            /// The services.
            services(Nothing) -> Vec<ServiceRow>;
            /// One service.
            service_detail(ByCode) -> ServiceDetail;
            /// Makes, changes or dissolves a redundancy group.
            set_group(SetGroup) -> Changed;
            /// What pasted rows would do.
            preview_rows(PastedRows) -> RowsPreview;
            /// Takes pasted rows in, all or none.
            import_rows(PastedRows) -> Changed;
            /// Roles and contacts.
            people(Nothing) -> People;
            /// The plans.
            plans(Nothing) -> Vec<PlanRow>;
            /// One plan.
            plan_detail(ByCode) -> PlanDetail;
            /// A version as a document, to be read on screen.
            plan_document(ReadDocument) -> PlanDocument;
            /// The pages of a document as they are printed, without what is on them.
            document_pages(ReadDocument) -> DocumentPages;
            /// One of these pages, as a drawing.
            document_page(ReadPage) -> PageView;
            /// Where a text stands on these pages.
            find_on_pages(FindOnPages) -> Vec<PageHit>;
            /// Sets the sign-offs a plan must have.
            set_required_sign_offs(SetRequired) -> Changed;
            /// Freezes a plan's draft and submits it for review.
            submit_plan(SubmitPlan) -> Changed;
            /// Signs the version in review off; the last sign-off puts it in force.
            sign_plan(SignPlan) -> Changed;
            /// Sends the version in review back to draft.
            reject_plan(RejectPlan) -> Changed;
            /// Says whether a PDF is what it claims to be, also while no workspace is open.
            verify_pdf(VerifyPdf) -> Verified;
            /// Makes a key to sign with, in a file of its own.
            new_key(NewKey) -> KeyMade;
            /// Takes a key of another program (PKCS#12) into a file of its own.
            import_key(ImportKey) -> KeyMade;
            /// Writes a version as PDF.
            export_pdf(ExportPdf) -> Exported;
        }
    };
}

/// A version as a document: the model that the PDF is made of, too.
#[derive(Debug, Clone, PartialEq, serde::Serialize, ts_rs::TS)]
pub struct PlanDocument(#[ts(type = "unknown")] pub serde_json::Value);

macro_rules! names {
    ($($(#[$m:meta])* $name:ident($args:ty) -> $result:ty;)+) => {
        /// Every command's name.
        pub const NAMES: &[&str] = &[$(stringify!($name)),+];
    };
}
for_each_command!(names);
