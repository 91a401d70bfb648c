#include "core/serve/auditor.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/model/identity.hpp"
#include "core/reconcile/audit.hpp"
#include "core/reconcile/results.hpp"
#include "core/serve/kept_files.hpp"
#include "core/serve/programme.hpp"

namespace handoff::serve {

namespace {

constexpr std::int64_t kAnswerMs = 900'000;  // the engine forgets what it was asked when the disk is full
constexpr std::int64_t kPieceBytes = 512 << 10;
constexpr std::size_t kMemory = 64u << 20;
constexpr std::int64_t kTellMs = 500;
constexpr std::size_t kWatchingMax = 100;
constexpr const char* kRun = "run.json";
constexpr const char* kProgramme = "programme.json";
constexpr std::size_t kRunsKept = 60;
constexpr auto kBetweenLooks = std::chrono::seconds(10);  // at the programme

/// "20261130T060000Z"
std::string id_of(std::int64_t ms) {
  std::string text = rfc3339(ms / 1000 * 1000).substr(0, 19);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + "Z";
}

std::int64_t credit_of(const report::Finding& finding, const Credits& credits) {
  return credits.by_item(finding.item.substr(0, finding.item.find('|')));
}

/// "missing at the storefront: look ..."
std::string gap_text(const report::Finding& finding) {
  std::string sides, kind(report::kKindNames[report::at(finding.kind)]);
  std::ranges::replace(kind, '_', ' ');
  for (std::size_t s = 0; s < report::kSides; ++s)
    if (finding.wrong[s]) sides += (sides.empty() ? " at " : ", ") + std::string(report::kSideWords[s]);
  return kind + sides + ": " + finding.task;
}

std::size_t first_wrong(const report::Finding& finding) {
  return static_cast<std::size_t>(std::ranges::find(finding.wrong, true) - finding.wrong.begin());
}

/// "25.00 USD, MAN-1001, by MILLER, downstream only at the books: ask its author"
std::string entry_text(const report::Finding& finding) {
  std::string out = Money(finding.amount, finding.currency).text();
  if (!finding.reference.empty()) out += ", " + finding.reference;
  if (!finding.author.empty()) out += ", by " + finding.author;
  return out + ", " + gap_text(finding);
}

bool plain_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos;
}

/// C2: what is not compared because a system may not show it yet. Nobody asks about a minute or two.
std::string too_young(const std::vector<Viewed>& systems, std::int64_t until) {
  constexpr std::int64_t kWorthAWord = 5 * 60'000;
  auto slowest = std::ranges::max_element(systems, {}, &Viewed::lag_ms);
  if (slowest == systems.end() || slowest->lag_ms < kWorthAWord) return {};
  return "credits since " + rfc3339(until) + " are too young to be compared: " + slowest->connector +
         " may show them " + std::to_string(slowest->lag_ms / 60'000) +
         " min late (its sheet, or `assume` in the configuration)";
}

}  // namespace

json::Value encode(const AuditRun& run) {
  json::Object out;
  out.set("audit", run.id).set("state", run.state).set("since_ms", run.since).set("until_ms", run.until);
  out.set("as_of_ms", run.as_of).set("slot_ms", run.slot).set("why", run.why);
  out.set("notes", json::Array(run.notes.begin(), run.notes.end()));
  if (!run.left_out.empty()) out.set("left_out", json::Array(run.left_out.begin(), run.left_out.end()));
  return json::Value(std::move(out));
}

AuditRun decode_run(const json::Value& value) {
  AuditRun out;
  out.id = value.at("audit").as_string();
  out.state = value.at("state").as_string();
  out.why = value.at("why").as_string();
  out.since = value.at("since_ms").as_integer().value_or(0);
  out.until = value.at("until_ms").as_integer().value_or(0);
  out.as_of = value.at("as_of_ms").as_integer().value_or(0);
  out.slot = value.at("slot_ms").as_integer().value_or(0);
  for (const json::Value& note : value.at("notes").as_array()) out.notes.emplace_back(note.as_string());
  for (const json::Value& one : value.at("left_out").as_array()) out.left_out.emplace_back(one.as_string());
  return out;
}

Auditor::Auditor(Hub& hub, Settings settings) : hub_(hub), settings_(std::move(settings)) {
  systems_ = systems_viewed(hub_.setup(), system_notes_);
  std::error_code error;
  std::filesystem::create_directory(settings_.folder, error);
  std::filesystem::permissions(settings_.folder, std::filesystem::perms::owner_all, error);
  for (const std::string& name : names_in(settings_.folder)) {
    AuditRun known = decode_run(read_json(folder_of(name) + "/" + kRun));
    if (known.state == "running" && known.id == name) current_ = std::move(known);
  }
  thread_ = std::thread([this] { work(); });
}

Auditor::~Auditor() {
  {
    std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

/// Under the lock.
AuditRun Auditor::begin(std::int64_t window_ms, std::int64_t slot) {
  AuditRun run;
  std::int64_t now = hub_.now(), lag = 0;
  for (const Viewed& system : systems_) lag = std::max(lag, system.lag_ms);
  run.id = id_of(now);
  std::error_code error;
  while (std::filesystem::exists(folder_of(run.id), error)) run.id = id_of(now += 1000);
  run.until = hub_.now() - lag;
  run.since = run.until - window_ms;
  run.slot = slot;
  std::filesystem::create_directory(folder_of(run.id), error);
  save(run);
  current_ = run;
  step_ = "it begins";
  return run;
}

std::string Auditor::ask(std::int64_t window_ms) {
  std::scoped_lock lock(mutex_);
  if (!current_) begin(window_ms, 0);
  changed_.notify_all();
  return current_->id;
}

/// The slot of the programme that no run has taken; 0: none. A hub that meets its programme for the first time waits for
/// the next slot; one that was down makes up for the last.
std::int64_t Auditor::due() {
  if (!settings_.programme) return 0;
  std::int64_t now = hub_.now();
  json::Value kept = read_json(settings_.folder + "/" + kProgramme);
  if (kept.is_null() && taken_ == 0) {
    take_slot(now);
    return 0;
  }
  std::int64_t slot = due_at(*settings_.programme, now, hub_.setup().utc_offset_ms);
  std::int64_t taken = kept.is_null() ? 0 : kept.at("taken_ms").as_integer().value_or(now);
  return slot > std::max(taken, taken_) ? slot : 0;
}

/// Kept in memory, too: what cannot be written down is not run again and again.
void Auditor::take_slot(std::int64_t slot) {
  taken_ = slot;
  std::string path = settings_.folder + "/" + kProgramme;
  if (!reconcile::write_whole(path, json::write(json::Value(json::Object{{"taken_ms", slot}}))))
    settings_.log(path + ": cannot be written; a hub that is started again may run this audit again");
}

/// The newest runs are kept.
void Auditor::forget_old() const {
  std::vector<std::string> runs;
  std::error_code ignored;
  for (const std::string& name : names_in(settings_.folder))
    if (std::filesystem::exists(folder_of(name) + "/" + kRun, ignored)) runs.push_back(name);
  for (std::size_t i = 0; i + kRunsKept < runs.size(); ++i) std::filesystem::remove_all(folder_of(runs[i]), ignored);
}

bool Auditor::save(const AuditRun& run) const {
  return reconcile::write_whole(folder_of(run.id) + "/" + kRun, json::write(encode(run)) + "\n");
}

json::Value Auditor::view(const std::string& id) const {
  if (!plain_name(id)) return {};
  json::Value kept = read_json(folder_of(id) + "/" + kRun);
  std::scoped_lock lock(mutex_);
  if (unsaved_ && unsaved_->id == id) kept = encode(*unsaved_);
  if (kept.is_null()) return {};
  json::Object out = *kept.object();
  if (current_ && current_->id == id) out.set("step", step_);
  json::Array files;
  if (out.find("state")->as_string() == "done") {
    for (const std::string& name : names_in(folder_of(id))) {
      std::error_code error;
      auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(folder_of(id) + "/" + name, error));
      if (name != kRun && !error) files.emplace_back(json::Object{{"name", name}, {"bytes", bytes}});
    }
  }
  out.set("files", std::move(files));
  return json::Value(std::move(out));
}

json::Value Auditor::piece(const std::string& id, const std::string& name, std::int64_t from) const {
  if (!plain_name(id) || !plain_name(name) || from < 0) return {};
  std::ifstream in(folder_of(id) + "/" + name, std::ios::binary);
  if (!in) return {};
  in.seekg(from);
  std::string text(static_cast<std::size_t>(kPieceBytes), '\0');
  in.read(text.data(), kPieceBytes);
  text.resize(static_cast<std::size_t>(in.gcount()));
  bool more = static_cast<std::int64_t>(text.size()) == kPieceBytes;
  while (more && !text.empty() && (text.back() & 0x80) != 0) text.pop_back();  // no letter is cut
  json::Object out;
  out.set("next", more ? from + static_cast<std::int64_t>(text.size()) : 0);
  out.set("text", std::move(text));
  return json::Value(std::move(out));
}

void Auditor::work() {
  std::unique_lock lock(mutex_);
  if (current_ && current_->slot != 0) take_slot(current_->slot);
  while (!stopping_) {
    if (std::int64_t slot = current_ ? 0 : due(); slot != 0) {
      begin(settings_.window_ms, slot);
      take_slot(slot);
    }
    if (!current_) {
      changed_.wait_for(lock, kBetweenLooks);
      continue;
    }
    forget_old();
    AuditRun next = *current_;
    lock.unlock();
    run(next);
    lock.lock();
    if (stopping_) return;  // it goes on at the next start
    if (!save(next)) unsaved_ = next;
    settings_.log("audit " + next.id + ": " + (next.state == "done" ? "done" : next.state + ", " + next.why));
    current_.reset();
    lock.unlock();
    tell();
    lock.lock();
    // Whatever it failed of is still there; who asks for another need not wait.
    if (next.state != "done") changed_.wait_for(lock, kBetweenLooks, [this] { return stopping_ || current_; });
  }
}

void Auditor::step(const std::string& text) {
  {
    std::scoped_lock lock(mutex_);
    step_ = text;
  }
  tell();
}

bool Auditor::pause(std::int64_t ms) {
  for (std::int64_t end = hub_.boot_now() + ms;;) {
    tell();
    std::int64_t left = std::min(kTellMs, end - hub_.boot_now());
    std::unique_lock lock(mutex_);
    if (left > 0) changed_.wait_for(lock, std::chrono::milliseconds(left), [this] { return stopping_; });
    if (stopping_ || left <= 0) return !stopping_;
  }
}

void Auditor::watch(const std::string& id, const std::string& seen, std::function<void(json::Value)> answer) {
  {
    std::scoped_lock lock(mutex_);
    if (current_ && current_->id == id && step_ == seen && watching_.size() < kWatchingMax)
      return watching_.push_back({id, seen, hub_.boot_now(), std::move(answer)});
  }
  answer(view(id));
}

/// Answers those who have waited long enough, or for what has come.
void Auditor::tell() {
  std::vector<Watching> now;
  {
    std::scoped_lock lock(mutex_);
    auto waits = [this](const Watching& one) {
      return current_ && current_->id == one.id && step_ == one.seen && hub_.boot_now() - one.since < kTellMs;
    };
    auto done = std::partition(watching_.begin(), watching_.end(), waits);
    now.assign(std::make_move_iterator(done), std::make_move_iterator(watching_.end()));
    watching_.erase(done, watching_.end());
  }
  for (const Watching& one : now) one.answer(view(one.id));
}

/// The answer comes on the engine's thread, and perhaps when nobody waits any more.
std::optional<engine::ReadOutcome> Auditor::ask_engine(engine::Look look) {
  struct Slot {
    std::mutex mutex;
    std::condition_variable came;
    std::optional<engine::ReadOutcome> outcome;
  };
  auto slot = std::make_shared<Slot>();
  look.answer = [slot](engine::ReadOutcome outcome) {
    std::scoped_lock lock(slot->mutex);
    slot->outcome = std::move(outcome);
    slot->came.notify_all();
  };
  engine::ReadOutcome none;
  none.detail = "the hub is busy";
  if (!hub_.post(std::move(look))) return pause(0) ? std::optional(none) : std::nullopt;
  for (std::int64_t waited = 0; waited < kAnswerMs; waited += 100) {
    std::unique_lock lock(slot->mutex);
    if (slot->came.wait_for(lock, std::chrono::milliseconds(100), [&] { return slot->outcome.has_value(); }))
      return std::move(slot->outcome);
    lock.unlock();
    if (!pause(0)) return std::nullopt;
  }
  none.detail = "no answer came";
  return none;
}

Going Auditor::take(const AuditRun& run, const LineFolder& folder, std::map<std::string, Listed>& listings) {
  auto wait = [this](std::int64_t ms) { return pause(ms); };
  ListInput range;
  range.since = rfc3339(run.since);
  range.until = rfc3339(run.until);
  for (const Viewed& system : systems_) {
    if (!system.lists) continue;
    const std::string at = "lists " + system.connector, end = "left out after " + std::to_string(kLookTriesMax) +
                                                              " of at most " + std::to_string(kAnswerMs / 60'000) +
                                                              " min)";
    step(at);
    auto ask = [this, &at, &end, failed = 0](engine::Look look) mutable {
      std::optional<engine::ReadOutcome> outcome = ask_engine(std::move(look));
      failed = outcome && !outcome->ok ? failed + 1 : 0;
      if (failed > 0)
        step(at + " (" + std::to_string(failed) + " tries failed, the last: " + outcome->detail + "; " + end);
      return outcome;
    };
    if (Going taken = take_listing(system, range, folder, ask, wait); !taken) return taken;
    listings[system.connector] = listing_of(system, folder);
  }
  return {};
}

std::expected<report::Audit, reconcile::Refusal> Auditor::compare(const AuditRun& run, const Exports& exports,
                                                                  std::int64_t as_of_s,
                                                                  const report::BySide<std::int64_t>& sla_s,
                                                                  std::map<std::string, std::string> known) const {
  reconcile::Request request;
  request.files = exports.files;
  request.maps = exports.maps;
  request.as_of_s = as_of_s;
  request.window_s = as_of_s - run.since / 1000;
  request.sla_s = sla_s;
  request.memory_bytes = kMemory;
  request.work_folder = folder_of(run.id);
  request.complete = true;
  request.known = std::move(known);
  return reconcile::audit(request);
}

/// Every credit that differs by the strictest reading: nothing is young.
std::optional<std::set<std::int64_t>> Auditor::in_doubt(const AuditRun& run, const Exports& exports,
                                                        const Credits& credits, std::string& why) const {
  auto audit = compare(run, exports, hub_.now() / 1000 + 1, {});
  if (!audit) {
    why = audit.error().text();
    return std::nullopt;
  }
  std::set<std::int64_t> out;
  for (const report::Finding& finding : audit->findings)
    if (std::int64_t credit = credit_of(finding, credits); credit != 0) out.insert(credit);
  return out;
}

Going Auditor::look_again(const AuditRun& run, const LineFolder& folder, const Credits& credits,
                          const std::map<std::string, Listed>& listings, std::set<std::string>& cut) {
  Looker looker(
      folder, [this](engine::Look look) { return ask_engine(std::move(look)); },
      [this](std::int64_t ms) { return pause(ms); });
  auto look = [&](const Viewed& system, const WindowCredit& credit) -> Going {
    auto effects = credit.effects.find(system.id);
    if (effects == credit.effects.end()) return {};
    Going looked = looker.look(system.connector, effects->second);
    cut = looker.cut();
    return looked;
  };
  for (const Viewed& system : systems_) {
    if (system.lists || !hub_.setup().connector(system.connector)->operation("read")) continue;
    step("reads " + system.connector + ", which cannot list, credit by credit");
    for (const auto& [no, credit] : credits.all())
      if (Going looked = look(system, credit); !looked) return looked;
  }
  std::optional<Exports> first = write_exports(credits, systems_, listings, looks_of(folder), folder.path());
  std::string why;
  auto doubtful = first ? in_doubt(run, *first, credits, why) : std::nullopt;
  if (!doubtful) return {};  // write_exports or the audit itself says it again
  step("looks again at " + std::to_string(doubtful->size()) + " credits");
  for (std::int64_t no : *doubtful)
    for (const Viewed& system : systems_)
      if (Going looked = look(system, credits.all().at(no)); !looked) return looked;
  return {};
}

void Auditor::run(AuditRun& run) {
  LineFolder folder(folder_of(run.id));
  auto fail = [&run](const std::string& why) {
    run.state = "failed";
    run.why = why;
  };
  std::string error;
  auto store = journal::ReadOnlyStore::open(settings_.store_path, error);
  if (!store) return fail(error);
  std::map<std::string, Listed> listings;
  // A credit that could not be read would be a card that nobody issued.
  auto unread = [&] { return settings_.store_path + ": cannot be read: " + store->problem(); };
  std::set<std::string> cut;
  Going taken = take(run, folder, listings);
  if (taken) {
    Credits credits(store->read(), hub_.setup(), systems_, run.since, run.until);
    if (store->read().failed()) return fail(unread());
    taken = look_again(run, folder, credits, listings, cut);
  }
  if (!taken && taken.error().why.empty()) return;  // it goes on at the next start
  if (!taken) return fail(taken.error().why);
  step("writes the exports");
  Credits credits(store->read(), hub_.setup(), systems_, run.since, run.until);
  // Not before they are read: what changed meanwhile would be of later than the cut-off, and not compared.
  run.as_of = hub_.now();
  auto exports = write_exports(credits, systems_, listings, looks_of(folder), folder.path());
  if (store->read().failed()) return fail(unread());
  if (!exports) return fail(folder.path() + ": cannot be written");
  run.notes = system_notes_;
  if (std::string young = too_young(systems_, run.until); !young.empty()) run.notes.push_back(young);
  for (const Viewed& system : systems_)
    if (system.lists && cut.contains(system.connector))
      run.notes.push_back("more differs than is read again at " + system.connector + " in one audit (" +
                          std::to_string(kLooksMax) + " records): the rest stands on its listing alone");
  run.notes.insert(run.notes.end(), exports->notes.begin(), exports->notes.end());
  run.left_out = exports->left_out;
  if (!reconcile::write_whole(folder.file("map.toml"), map_text(*exports)))
    return fail(folder.file("map.toml") + ": cannot be written");
  if (run.slot == 0) {  // for whoever asked: what the programme has found before
    std::error_code none_yet;
    std::filesystem::copy_file(std::filesystem::path(settings_.folder) / "history.json", folder.file("history.json"),
                               std::filesystem::copy_options::overwrite_existing, none_yet);
  }
  if (std::string why = run.slot != 0 ? conclude(run, *exports, credits) : ""; !why.empty()) return fail(why);
  for (const std::string& name : names_in(folder.path()))
    if (name.ends_with(".jsonl")) folder.remove(name);
  run.state = "done";
}

/// What a run of the programme leads to: report, tasks, history. Empty, or what went wrong.
std::string Auditor::conclude(const AuditRun& run, const Exports& exports, const Credits& credits) {
  step("compares");
  auto history = reconcile::load_history(settings_.folder);
  if (!history) return history.error();
  auto audit = compare(run, exports, run.as_of / 1000, settings_.sla_s, reconcile::open_findings(*history));
  if (!audit) return audit.error().text();
  audit->notes.insert(audit->notes.end(), run.notes.begin(), run.notes.end());
  if (auto taken = reconcile::follow(*history, *audit, reconcile::load_unjudged(folder_of(run.id))); !taken)
    return settings_.folder + " " + taken.error();
  if (auto written = reconcile::write_results(*audit, folder_of(run.id)); !written) return written.error();
  std::vector<report::Gone> gone = reconcile::gone_before(*history, *audit);  // a full disk may have forgotten it
  gone.insert(gone.end(), audit->gone.begin(), audit->gone.end());
  if (!tell_stores(*audit, gone, credits)) return {};  // stopped: it goes on at the next start
  if (auto kept = reconcile::save_history(*history, settings_.folder); !kept) return kept.error();
  settings_.log("audit " + run.id + ": credits " + std::to_string(audit->credits) + ", gaps " +
                std::to_string(audit->credits_with_gap) + ", new " + std::to_string(audit->fresh()) + ", gone " +
                std::to_string(audit->gone.size()) + "; " + folder_of(run.id) + "/report.html");
  return {};
}

/// Each gap is a task for the store that issued; what is gone closes its task. False: stopped.
bool Auditor::tell_stores(const report::Audit& audit, const std::vector<report::Gone>& all_gone,
                          const Credits& credits) {
  std::set<std::int64_t> differ;
  for (const report::Finding& finding : audit.findings) {
    std::int64_t credit = finding.seen > 0 ? credit_of(finding, credits) : 0;
    if (credit == 0 || !differ.insert(credit).second) continue;  // of several the largest
    engine::Command gap;
    gap.kind = engine::Command::Kind::gap;
    gap.credit = credits.all().at(credit).row.ref;
    gap.text = gap_text(finding);
    if (!order(std::move(gap))) return false;
  }
  if (!tell_of_entries(audit, all_gone, credits)) return false;
  for (const report::Gone& one : all_gone) {
    std::int64_t credit = credits.by_item(one.reference);
    if (credit == 0 || differ.contains(credit)) continue;
    engine::Command gone;
    gone.kind = engine::Command::Kind::gap_gone;
    gone.credit = credits.all().at(credit).row.ref;
    gone.text = one.evidence;
    if (!order(std::move(gone))) return false;
  }
  return true;
}

/// What systems behind have and no register issued: a case each, or, where they are many, one a system.
bool Auditor::tell_of_entries(const report::Audit& audit, const std::vector<report::Gone>& all_gone,
                              const Credits& credits) {
  constexpr std::size_t kEach = 25;
  report::BySide<std::vector<const report::Finding*>> found;
  for (const report::Finding& finding : audit.findings)
    if (finding.seen > 0 && finding.kind == report::Kind::downstream_only && credit_of(finding, credits) == 0)
      found[first_wrong(finding)].push_back(&finding);
  auto tell = [this](engine::Command::Kind kind, const std::string& name, const std::string& text) {
    engine::Command command;
    command.kind = kind;
    command.name = name;
    command.text = text;
    return order(std::move(command));
  };
  using Kind = engine::Command::Kind;
  for (std::size_t s = 1; s < report::kSides; ++s) {
    bool many = found[s].size() > kEach;
    std::string all = "entries of " + std::string(report::kSideNames[s]);
    if (many &&
        !tell(Kind::gap, all,
              std::to_string(found[s].size()) + " without an issue at a register; the audit's report lists them"))
      return false;
    if (!many && audit.given[s] && !tell(Kind::gap_gone, all, "no more than " + std::to_string(kEach) + " are left"))
      return false;
    for (std::size_t i = 0; i < found[s].size() && !many; ++i)
      if (!tell(Kind::gap, found[s][i]->id, entry_text(*found[s][i]))) return false;
  }
  for (const report::Gone& one : all_gone)
    if (one.kind == report::kKindNames[report::at(report::Kind::downstream_only)] &&
        !tell(Kind::gap_gone, one.id, one.evidence))
      return false;
  return true;
}

bool Auditor::order(engine::Command command) {
  command.actor = "audit";
  while (!hub_.post(command))
    if (!pause(100)) return false;
  return true;
}

}  // namespace handoff::serve
