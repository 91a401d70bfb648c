#include "core/app/cli/cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/complaint.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/words.hpp"
#include "core/serve/views.hpp"
#include "core/serve/views_token.hpp"
#include "core/version.hpp"

namespace handoff::cli {

namespace {

using Command = int (*)(const Options&, Console&);

/// The tree of commands. `chosen` is the one that was written.
class Tree {
 public:
  Tree() : app_("handoff: the command line of the store credit hub", "handoff") {
    app_.set_version_flag("--version", std::string("handoff ") + kVersion, "Print the version and stop");
    app_.require_subcommand(1);
    app_.set_help_flag("-h,--help", "Print this and stop");
    app_.get_formatter()->column_width(22);
    app_.get_formatter()->label("REQUIRED", "");
    app_.get_formatter()->label("Positionals", "Arguments");
    app_.get_formatter()->label("SUBCOMMAND", "COMMAND");
    add_reading();
    add_identity();
    add_connector();
    add_sandbox();
    add_store();
    add_token();
    add_audit();
    add_check();
    add_probe();
    add_map();
    add_diagnose();
    app_.footer(
        "Exit codes: 0 fine, 1 findings, 2 usage, 3 could not.\n"
        "A command asks the running hub; if none answers, it reads the store file.");
    // Before the command, too: `handoff -c hub.toml status`.
    add_hub(app_, true);
    app_.add_flag("--json", options.json)->group("");
  }

  CLI::App& app() { return app_; }
  Options options;
  Command chosen = nullptr;

 private:
  CLI::App* leaf(CLI::App& parent, const std::string& name, const std::string& text, Command command) {
    CLI::App* out = parent.add_subcommand(name, text)->group("Commands");
    out->callback([this, command] {
      if (chosen == nullptr) chosen = command;  // a subcommand's comes before its parent's
    });
    return out;
  }

  void add_hub(CLI::App& app, bool hidden = false) {
    auto* config = app.add_option("-c,--config", options.config, "The hub's configuration; handoff.toml unless given");
    config->type_name("FILE")->each([this](const std::string&) { options.config_given = true; });
    auto* admin = app.add_option("--admin", options.admin, "Ask the hub at this address, whatever FILE says");
    admin->type_name("URL");
    auto* token = app.add_option("--token-file", options.token_file, "File with the bearer token (else HANDOFF_TOKEN)");
    token->type_name("FILE");
    if (!hidden) return;
    for (CLI::Option* option : {config, admin, token}) option->group("");
  }

  void add_json(CLI::App& app) { app.add_flag("--json", options.json, "Print JSON for programs"); }

  void add_person(CLI::App& app) {
    app.add_option("--email", options.email, "The customer's e-mail address")->type_name("ADDRESS");
    app.add_option("--phone", options.phone, "Their phone with country code: +12025550103")->type_name("NUMBER");
    app.add_option("--loyalty", options.loyalty, "Their loyalty id")->type_name("ID");
  }

  void add_limit(CLI::App& app, const std::string& which = "newest") {
    app.add_option("--limit", options.limit, "At most that many, the " + which + "; 50 unless given")
        ->type_name("N")
        ->check(CLI::Range(std::int64_t{1}, serve::kLookedAtMax).description(""));
  }

  /// The configuration is what the command is about: named alone, or by -c as everywhere else.
  void add_configuration(CLI::App& app) {
    auto* path = app.add_option("PATH", options.path, "A .toml file or a folder of them; handoff.toml unless given");
    path->type_name("");
    auto* config = app.add_option("-c,--config", options.config, "The same as PATH")->type_name("PATH");
    app.parse_complete_callback([path, config] {  // ->excludes() would say so at each of the two in --help
      if (*path && *config) throw CLI::ExcludesError("--config", "PATH");
    });
  }

  void add_reading() {
    CLI::App* lint_app = leaf(app_, "lint", "Check a configuration: every complaint at once, at its place", lint);
    add_configuration(*lint_app);
    lint_app->add_flag("--no-secrets", options.no_secrets,
                       "Do not look at the secrets and the store's folder, they are elsewhere");
    add_json(*lint_app);

    CLI::App* test_app =
        leaf(app_, "test", "Run a configuration's [[test]] cases: which way credits would go", route_test);
    add_configuration(*test_app);
    add_json(*test_app);

    CLI::App* status_app = leaf(app_, "status", "Count what moves, what waits and what is parked", status);
    add_hub(*status_app);
    add_json(*status_app);

    CLI::App* credits_app = leaf(app_, "credits", "List credits, the newest first", credits);
    credits_app
        ->add_option("--state", options.state,
                     "Only those that are accepted, unresolved, resolved, routed, available,\n"
                     "complete, held, repairing, cancelling, closed or tombstone")
        ->type_name("STATE")
        ->check(CLI::IsMember({"accepted", "unresolved", "resolved", "routed", "available", "complete", "held",
                               "repairing", "cancelling", "closed", "tombstone"})
                    .description(""));
    credits_app->add_option("--store", options.store, "Only of this store")->type_name("ID");
    credits_app->add_option("--on", options.on, "Only of this business day: 2026-11-23")->type_name("DATE");
    credits_app->add_option("--amount", options.amount, "Only of this amount: \"25.00 USD\"")->type_name("AMOUNT");
    credits_app
        ->add_option("--customer", options.customer,
                     "Only of this customer, by the hub's name for them (trace shows it);\n"
                     "by an e-mail or phone: handoff identity explain")
        ->type_name("ID");
    add_limit(*credits_app);
    add_hub(*credits_app);
    add_json(*credits_app);
    CLI::App* issue =
        leaf(*credits_app, "issue", "Give a credit out of goodwill, through the whole chain", credits_issue);
    issue->add_option("--store", options.store, "The store it is given in the name of")->required()->type_name("ID");
    issue->add_option("--amount", options.amount, "How much: \"25.00 USD\"")->required()->type_name("AMOUNT");
    issue->add_option("--reason", options.reason, "Why, in a sentence; it is kept")->required()->type_name("TEXT");
    issue->add_option("--balance-type", options.balance_type, "general unless given")->type_name("TYPE");
    issue->add_option("--key", options.key, "Makes a repeat safe: the same key gives no second credit")
        ->type_name("KEY");
    issue
        ->add_option("--adopts", options.adopts,
                     "The number of the entry in the books that it replaces: a receipt of that number is held")
        ->type_name("NUMBER");
    add_person(*issue);
    add_hub(*issue);
    add_json(*issue);

    CLI::App* cancel =
        leaf(*credits_app, "cancel", "Take back what was given out of goodwill, everywhere", credits_cancel);
    cancel->add_option("CREDIT", options.what, "Its id; see: handoff credits")->required()->type_name("");
    cancel->add_option("--reason", options.reason, "Why, in a sentence; it is kept")->required()->type_name("TEXT");
    add_hub(*cancel);
    add_json(*cancel);

    CLI::App* cases_app = leaf(app_, "cases", "List what a person must decide, and what to do about it", cases);
    cases_app->add_flag("--all", options.all, "Closed ones, too");
    cases_app->add_option("--store", options.store, "Only of credits of this store")->type_name("ID");
    cases_app->add_option("--role", options.role, "Only for store, ops or supervisor")
        ->type_name("ROLE")
        ->check(CLI::IsMember({"store", "ops", "supervisor"}).description(""));
    cases_app->add_option("--assignee", options.assignee, "Only this person's")->type_name("NAME");
    cases_app->add_flag("--by-cause", options.by_cause, "How many there are of each cause, instead");
    cases_app->add_flag("--csv", options.csv, "As CSV, to be edited and given to: handoff cases apply");
    add_limit(*cases_app, "most urgent");
    add_hub(*cases_app);
    add_json(*cases_app);
    CLI::App* apply = leaf(*cases_app, "apply", "Take the decisions written into the columns of FILE", cases_apply);
    apply->add_option("FILE", options.file, "From `handoff cases --csv`, with the column action filled in")
        ->required()
        ->type_name("");
    apply->add_flag("--dry-run", options.dry_run, "Only say what would be done and what would be refused");
    add_hub(*apply);
    add_json(*apply);
    add_decisions();

    CLI::App* tasks_app = leaf(app_, "tasks", "List what stores are asked to do, store by store", tasks);
    tasks_app->add_option("--store", options.store, "Only of this store")->type_name("ID");
    tasks_app
        ->add_option("--asked", options.asked, "Only what this rung of the ladder is asked for; store for the first")
        ->type_name("WHO");
    add_limit(*tasks_app, "most urgent");
    add_hub(*tasks_app);
    add_json(*tasks_app);

    CLI::App* alerts_app =
        leaf(app_, "alerts", "List what people are told of, who is told, and whether they were", alerts);
    add_hub(*alerts_app);
    add_json(*alerts_app);
    CLI::App* alert_test = leaf(*alerts_app, "test", "Send a message that is marked as a test on CHANNEL", alerts_test);
    alert_test->add_option("CHANNEL", options.name, "As [alerts.channel.CHANNEL] names it")->required()->type_name("");
    alert_test->add_option("--to", options.to, "This address, instead of the first contact's")->type_name("ADDRESS");
    add_hub(*alert_test);
    add_json(*alert_test);

    CLI::App* trace_app = leaf(app_, "trace", "Show the whole journey of one credit, and what to do next", trace);
    trace_app
        ->add_option("WHAT", options.what,
                     "A reference (sc_...), a transaction, an instrument, a code that the hub made,\n"
                     "any system's id of it, or its number in this store ('#17')")
        ->required()
        ->type_name("");
    trace_app->add_flag("--brief", options.brief, "A line a hop, and what went wrong");
    trace_app->add_flag("--bodies", options.bodies, "Requests and replies whole; secrets and personal data masked");
    add_hub(*trace_app);
    add_json(*trace_app);
  }

  void add_identity() {
    CLI::App* group = app_.add_subcommand("identity", "How customers are recognised")->group("Commands");
    group->require_subcommand(1);
    CLI::App* explain =
        leaf(*group, "explain", "How identifiers are read, whom the hub knows by them, and why", identity_explain);
    explain->add_option("--email", options.email, "As a register sends it")->type_name("TEXT");
    explain->add_option("--phone", options.phone, "As a register sends it")->type_name("TEXT");
    explain->add_option("--loyalty", options.loyalty, "As a register sends it")->type_name("TEXT");
    explain->add_option("--store", options.store, "The store it is said at; its region reads the phone")
        ->type_name("ID");
    explain->add_option("--region", options.region, "A region instead: US, GB")->type_name("REGION");
    auto* config = explain->add_option("-c,--config", options.config, "The configuration; handoff.toml unless given");
    config->type_name("FILE")->each([this](const std::string&) { options.config_given = true; });
    add_json(*explain);
  }

  void add_decisions() {
    CLI::App* group = app_.add_subcommand("case", "Decide on a case; who did it is journalled")->group("Commands");
    group->require_subcommand(1);
    CLI::App* link = leaf(*group, "link", "Say who the customer is; the credit goes on by itself", case_link);
    CLI::App* retry =
        leaf(*group, "retry", "Go on with what is held: look again, send only what was refused", case_retry);
    CLI::App* close = leaf(*group, "close", "Close a case that needs nothing more", case_close);
    CLI::App* approve = leaf(*group, "approve", "Agree to what another person asked for", case_approve);
    CLI::App* refuse =
        leaf(*group, "refuse", "Stop a repair that has sent nothing yet, or turn down another's word", case_refuse);
    CLI::App* settle =
        leaf(*group, "settle", "Say whether a request in doubt happened, where no look can tell", case_settle);
    CLI::App* assign = leaf(*group, "assign", "Say whose it is; who is second is told", case_assign);
    CLI::App* note = leaf(*group, "note", "Write something down for whoever looks next", case_note);
    for (CLI::App* app : {link, retry, close, approve, refuse, settle, assign, note})
      app->add_option("CASE", options.number, "The case's number; see: handoff cases")->required()->type_name("");
    CLI::App* repair_app =
        leaf(app_, "repair", "Put credits right: one, or all that an audit found, by a plan", repair);
    repair_app
        ->add_option("CREDIT", options.what,
                     "One credit: relink it, else void and reissue. Its id; see: handoff credits")
        ->type_name("");
    add_repair_plan(*repair_app);
    for (CLI::App* app : {link, repair_app}) add_person(*app);
    link->add_option("--candidate", options.candidate, "The candidate of that number, instead; see: handoff cases")
        ->type_name("N");
    assign->add_option("--to", options.to, "Whose it is; nobody's unless given")->type_name("NAME");
    assign->add_option("--from", options.from, "Take it over from this person")->type_name("NAME");
    note->add_option("TEXT", options.note, "What the next one should know")->required()->type_name("");
    settle->add_flag("--happened", options.happened, "It is there: the credit goes on, and reads it back");
    settle->add_flag("--not-happened", options.not_happened, "It is not there, and can come no more: it is sent again");
    settle
        ->add_option("--instrument", options.instrument,
                     "With --happened: the id by which that system knows it; an issue needs it")
        ->type_name("ID");
    for (CLI::App* app : {close, refuse, settle})
      app->add_option("--reason", options.reason, "Why, in a sentence; it is kept")->required()->type_name("TEXT");
    repair_app->add_option("--reason", options.reason, "With CREDIT: why, in a sentence; it is kept")
        ->type_name("TEXT");
    for (CLI::App* app : {link, retry, close, approve, refuse, settle, assign, note, repair_app}) {
      add_hub(*app);
      add_json(*app);
    }
  }

  void add_repair_plan(CLI::App& app) {
    Options::Repair& to = options.repair;
    app.add_option("--plan", to.plan,
                   "Write what would be done about each finding, and a CSV and an HTML\n"
                   "file beside it. With -c or --admin the hub is asked what it can do")
        ->type_name("FILE");
    app.add_option("--from", to.from, "With --plan: the folder of the audit (handoff audit -o DIR)")->type_name("DIR");
    app.add_option("--approve-above", to.approve_above,
                   "With --plan: what is above it waits for a word in the CSV, \"100.00 USD\";\n"
                   "may be given again. [repair] approve_above of -c unless given")
        ->type_name("AMOUNT")
        ->allow_extra_args(false);
    app.add_option("--adopt", to.adopt,
                   "With --plan: hand-made credits up to it may be adopted, \"50.00 USD\";\n"
                   "may be given again. None unless given")
        ->type_name("AMOUNT")
        ->allow_extra_args(false);
    app.add_option("--apply", to.apply, "Carry that plan out at the running hub; may be repeated at any time")
        ->type_name("FILE");
    app.add_option("--decisions", to.decisions, "With --apply: the plan's CSV with what people decided")
        ->type_name("FILE");
    app.add_flag("--dry-run", to.dry_run, "With --apply: look, and order nothing");
  }

  void add_connector() {
    CLI::App* group =
        app_.add_subcommand("connector", "Look at connectors, start one, hold one to the contract")->group("Commands");
    group->require_subcommand(1);
    CLI::App* list = leaf(*group, "list", "List the connectors in the plugin folders", connector_list);
    CLI::App* inspect =
        leaf(*group, "inspect", "Show what a connector can do and what its vendor promises", connector_inspect);
    inspect->add_option("NAME", options.connector, "Its id, its name in the configuration, or a .so file")
        ->required()
        ->type_name("");
    inspect->add_flag("--markdown", options.markdown, "Print its reference page, with what its cassettes show");
    inspect
        ->add_option("--cassettes", options.cassettes,
                     "With --markdown: its conformance folder; beside its\nconnector.json unless given")
        ->type_name("DIR");
    for (CLI::App* app : {list, inspect}) {
      app->add_option("-c,--config", options.config, "Names the plugin folders; handoff.toml unless given")
          ->type_name("FILE");
      app->add_option("--plugins", options.plugins, "Look in this folder instead; may be given again")
          ->type_name("DIR")
          ->allow_extra_args(false);
      add_json(*app);
    }
    add_connector_work(*group);
  }

  void add_connector_work(CLI::App& group) {
    CLI::App* make = leaf(group, "new", "Start a connector: a folder that builds, with stubs that fail", connector_new);
    make->add_option("NAME", options.connector, "Its id: lower-case letters, digits and _")->required()->type_name("");
    make->add_option("--role", options.role, "pos, platform, payments, erp, storefront, customers or notify")
        ->required()
        ->type_name("ROLE")
        ->check(
            CLI::IsMember({"pos", "platform", "payments", "erp", "storefront", "customers", "notify"}).description(""));
    make->add_option("--directory", options.directory, "Where to make it; ./NAME unless given")->type_name("DIR");
    add_json(*make);

    CLI::App* test =
        leaf(group, "test", "Hold a built connector to the contract: offline, each case in a process", connector_test);
    test->add_option("FILE", options.connector, "The built connector, a .so file")->type_name("");
    test->add_option("--cassettes", options.cassettes, "Its conformance folder; beside its connector.json unless given")
        ->type_name("DIR");
    test->add_option("--only", options.only, "Only this case; may be given again")
        ->type_name("CASE")
        ->allow_extra_args(false);
    test->add_flag("--list", options.list, "List the cases and stop");
    add_json(*test);
  }

  /// All that follows is the other program's, --help too.
  void add_sandbox() {
    CLI::App* app = app_.add_subcommand("sandbox", "Start vendors to rehearse on: stateful, with faults on demand");
    app->group("Commands")->prefix_command()->set_help_flag();
    app->footer(
        "handoff sandbox [VENDOR...] [OPTIONS] becomes handoff-sandbox, installed beside this program.\n"
        "With --help it says which vendors there are, their credentials, and how to ask for faults.");
    app->callback([this, app] {
      options.passed_on = app->remaining();
      chosen = sandbox;
    });
  }

  void add_store() {
    CLI::App* group = app_.add_subcommand("store", "Look after the store")->group("Commands");
    group->require_subcommand(1);
    CLI::App* verify =
        leaf(*group, "verify", "Walk the hash chain and compare every table with the journal", store_verify);
    verify->add_option("STORE", options.file, "The store's file; the configuration's unless given")->type_name("");
    CLI::App* backup =
        leaf(*group, "backup", "Copy the store to FILE and its key to FILE.key, also while the hub runs", store_backup);
    backup->add_option("FILE", options.file, "Where to; nothing is replaced")->required()->type_name("");
    CLI::App* restore =
        leaf(*group, "restore", "Put a backup in the place of the store; the hub must be stopped", store_restore);
    restore->add_option("FILE", options.file, "The backup; its key lies beside it")->required()->type_name("");
    for (CLI::App* app : {verify, backup, restore}) {
      app->add_option("-c,--config", options.config, "Names the store; handoff.toml unless given")->type_name("FILE");
      add_json(*app);
    }
  }

  void add_token() {
    CLI::App* group = app_.add_subcommand("token", "Make, list and revoke bearer tokens")->group("Commands");
    group->require_subcommand(1);
    CLI::App* create = leaf(*group, "create", "Make a token and print it, this once", token_create);
    std::vector<std::string> roles(serve::kRoles.begin(), serve::kRoles.end());
    create->add_option("--role", options.role, "register, supervisor, ops, admin or viewer")
        ->required()
        ->type_name("ROLE")
        ->check(CLI::IsMember(roles).description(""));
    create->add_option("--store", options.store, "Only for this store: of register and supervisor")->type_name("STORE");
    create->add_option("--name", options.name, "What to call it, for the list and to revoke it")->type_name("NAME");
    CLI::App* list = leaf(*group, "list", "List tokens: names and roles, never the tokens", token_list);
    CLI::App* revoke = leaf(*group, "revoke", "Make a token useless, for good", token_revoke);
    revoke->add_option("NAME", options.name, "The token's name")->required()->type_name("");
    for (CLI::App* app : {create, list, revoke}) {
      add_hub(*app);
      add_json(*app);
    }
  }

  void add_diagnose() {
    CLI::App* app =
        leaf(app_, "diagnose", "Say repair or rebuild, for each handoff and for all, and what to do first", diagnose);
    app->add_option("--from", options.diagnose_from, "What is lost: the folder of an audit (handoff audit -o DIR)")
        ->type_name("DIR");
    auto* config = app->add_option("-c,--config", options.config,
                                   "What could be done about it: the configuration, for its connectors' sheets");
    config->type_name("FILE")->each([this](const std::string&) { options.config_given = true; });
    add_json(*app);
  }

  void add_map() {
    CLI::App* app = leaf(app_, "map", "Show every handoff: what starts it, how long it takes, what it loses", map);
    app->add_option("--from-exports,--from", options.map.from_exports,
                    "Estimate from an audit's folder (handoff audit -o DIR); else from the\n"
                    "configuration's routes and the store. With -c: the routes with these figures")
        ->type_name("DIR");
    app->add_flag("--charter", options.map.charter,
                  "Instead: the page that says whose balance counts and what registers are told");
    app->add_option("--store", options.store, "With --charter: of this store")->type_name("ID");
    app->add_option("-o", options.map.folder,
                    "Folder for map.svg, map.mmd (Mermaid), map.json, sla.toml; or charter.md")
        ->type_name("DIR");
    auto* config = app->add_option("-c,--config", options.config, "The configuration; handoff.toml unless given");
    config->type_name("FILE")->each([this](const std::string&) { options.config_given = true; });
    add_json(*app);
  }

  void add_check() {
    CLI::App* app = leaf(app_, "check",
                         "Ask each connector's system whether it is there and lets the hub in; changes nothing", check);
    app->add_option("CONNECTOR", options.connector, "Only this one, by its name in the configuration")->type_name("");
    add_hub(*app);
    add_json(*app);
  }

  void add_probe() {
    CLI::App* app =
        leaf(app_, "probe",
             "Send a credit of the hub's own through the chain, time it at each system, and take it back", probe);
    app->add_option("--route", options.route, "The route; that of [probe] unless given")->type_name("NAME");
    app->add_option("--amount", options.amount, "How much, \"1.00 USD\"; that of [probe] unless given")
        ->type_name("AMOUNT");
    app->add_option("--store", options.store, "As if this store had issued it")->type_name("ID");
    add_hub(*app);
    add_json(*app);
  }

  void add_audit() {
    CLI::App* app =
        leaf(app_, "audit", "Compare the systems' exports credit by credit, and say what was lost where", audit);
    Options::Audit& to = options.audit;
    auto files = [app](const char* name, std::vector<std::string>& list, const char* text) {
      return app->add_option(name, list, text)->type_name("FILE...");
    };
    files("--pos", to.pos, "What the registers issued: CSV, TSV or JSON lines, also .gz and .zst;\n- reads a pipe");
    app->add_flag("--live", to.live,
                  "Instead of files: what the running hub's journal says and its systems show, into -o");
    files("--platform", to.platform, "What the gift card platform has");
    files("--storefront", to.storefront, "What the online shop shows");
    files("--payments", to.payments, "What the payments processor recorded");
    files("--erp", to.erp, "What the books have");
    files("--logs", to.logs, "Logs of the integration between them: what was tried, what answered");
    app->add_option("--map", to.map, "Which column is what; guessed from the headers unless given")->type_name("FILE");
    app->add_flag("--guess", to.guess, "Only print the guessed map, to be kept and corrected");
    app->add_option("--window", to.window, "Credits issued so long before the cut-off; 30d unless given")
        ->type_name("TIME");
    app->add_option("--as-of", to.as_of, "The cut-off, 2026-11-30T00:00:00Z; the newest record unless given")
        ->type_name("TIME");
    app->add_option("--sla", to.sla,
                    "How long a credit may be under way; 24h unless given.\n"
                    "SIDE=TIME for one side; may be given again")
        ->type_name("TIME")
        ->allow_extra_args(false);
    app->add_option("--rows", to.rows,
                    "How many rows the files of a side must have, without the header:\n"
                    "one that was cut at the end of a line looks whole; may be given again")
        ->type_name("SIDE=N")
        ->allow_extra_args(false);
    app->add_option("--region", to.region, "Country of the exports: day or month first (DE, US, ...)")->type_name("CC");
    app->add_option("--currency", to.currency, "Of the exports without a column for it")->type_name("CODE");
    app->add_option("-o", to.folder, "Folder for report.html, summary.json, findings.json, findings.csv")
        ->type_name("DIR");
    app->add_option(
           "--history", to.history,
           "Folder that keeps every finding from its first audit to the one that\nhas it no more; always the same one")
        ->type_name("DIR");
    app->add_option("--memory", to.memory, "For records; the rest goes to disk. 256M unless given")->type_name("SIZE");
    app->add_option("--work", to.work, "Folder for what does not fit into memory; that of -o unless given")
        ->type_name("DIR");
    app->add_option("--threads", to.threads, "All processors unless given")
        ->type_name("N")
        ->check(CLI::Range(1u, 256u).description(""));
    add_hub(*app);
    add_json(*app);
  }

  CLI::App app_;
};

void sections(const CLI::App& app, const std::string& name, std::string& out) {
  out += "## " + name + "\n\n```text\n" + help_of(app, name) + "```\n\n";
  for (const CLI::App* sub : all_commands(app)) sections(*sub, name + " " + sub->get_name(), out);
}

}  // namespace

namespace {

int usage_error(const std::string& what, bool for_programs, Console& console) {
  if (!for_programs) {
    console.err << what;
    return kUsage;
  }
  Options as_json;
  as_json.json = true;
  return fail(as_json, console, Failure{what.substr(0, what.find_last_not_of('\n') + 1), kUsage, "usage"});
}

int parse_and_run(std::vector<std::string> arguments, Console& console) {
  Tree tree;
  bool for_programs = std::ranges::find(arguments, "--json") != arguments.end();
  if (!arguments.empty() && arguments.front() == "help") {
    arguments.erase(arguments.begin());
    arguments.emplace_back("--help");
  }
  std::ranges::reverse(arguments);  // as CLI11 wants them
  try {
    tree.app().parse(arguments);
  } catch (const CLI::CallForHelp&) {
    auto [command, name] = reached(tree.app());
    console.out << help_of(*command, name);
    return kFine;
  } catch (const CLI::CallForVersion& version) {
    console.out << version.what() << "\n";
    return kFine;
  } catch (const CLI::ParseError& wrong) {
    return usage_error(complaint(tree.app(), wrong), for_programs, console);
  }
  return tree.chosen(tree.options, console);
}

}  // namespace

/// A list that a full disk cut off must not look like a list.
int run(std::vector<std::string> arguments, Console& console) {
  int code = parse_and_run(std::move(arguments), console);
  console.out.flush();
  if (console.out) return code;
  console.err << "handoff: the output could not be written to its end: who read it stopped, or the disk is full\n";
  return kCouldNot;
}

std::string reference() {
  Tree tree;
  std::string out =
      "# The command line\n\nMade from `--help` by `tests/golden`; to renew it: `HANDOFF_UPDATE_GOLDEN=1`. `handoffd` and "
      "`handoff-sandbox` are in [the other programs](programs.md).\n\n";
  sections(tree.app(), "handoff", out);
  out.pop_back();
  return out;
}

}  // namespace handoff::cli
