#include "core/serve/auditor.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>

#include "core/model/identity.hpp"
#include "core/reconcile/audit.hpp"

namespace handoff::serve {

namespace {

constexpr std::int64_t kAnswerMs = 900'000;  // the engine forgets what it was asked when the disk is full
constexpr std::int64_t kPieceBytes = 512 << 10;
constexpr std::size_t kMemory = 64u << 20;
constexpr std::size_t kLooksMax = 50'000;
constexpr const char* kRun = "run.json";

/// "20261130T060000Z"
std::string id_of(std::int64_t ms) {
  std::string text = rfc3339(ms / 1000 * 1000).substr(0, 19);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + "Z";
}

json::Value read_json(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  json::Parsed parsed = json::parse(text);
  return parsed ? *parsed : json::Value();
}

bool plain_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos;
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) out.push_back(entry.path().filename().string());
  std::ranges::sort(out);
  return out;
}

}  // namespace

json::Value encode(const AuditRun& run) {
  json::Object out;
  out.set("audit", run.id).set("state", run.state).set("since_ms", run.since).set("until_ms", run.until);
  out.set("as_of_ms", run.as_of).set("slot_ms", run.slot).set("why", run.why);
  out.set("notes", json::Array(run.notes.begin(), run.notes.end()));
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

std::string Auditor::ask(std::int64_t window_ms) {
  std::scoped_lock lock(mutex_);
  if (current_) return current_->id;
  AuditRun run;
  std::int64_t now = hub_.now(), lag = 0;
  for (const Viewed& system : systems_) lag = std::max(lag, system.lag_ms);
  run.id = id_of(now);
  while (std::filesystem::exists(folder_of(run.id))) run.id = id_of(now += 1000);
  run.until = hub_.now() - lag;
  run.since = run.until - window_ms;
  std::error_code error;
  std::filesystem::create_directory(folder_of(run.id), error);
  save(run);
  current_ = run;
  step_ = "it begins";
  changed_.notify_all();
  return run.id;
}

bool Auditor::save(const AuditRun& run) const {
  std::string path = folder_of(run.id) + "/" + kRun;
  {
    std::ofstream out(path + ".new", std::ios::binary | std::ios::trunc);
    out << json::write(encode(run)) << "\n" << std::flush;
    if (!out) return false;
  }
  std::error_code error;
  std::filesystem::rename(path + ".new", path, error);
  return !error;
}

json::Value Auditor::view(const std::string& id) const {
  if (!plain_name(id)) return {};
  json::Value kept = read_json(folder_of(id) + "/" + kRun);
  if (kept.is_null()) return {};
  json::Object out = *kept.object();
  std::scoped_lock lock(mutex_);
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
  while (!stopping_) {
    if (!current_) {
      changed_.wait(lock);
      continue;
    }
    AuditRun next = *current_;
    lock.unlock();
    run(next);
    lock.lock();
    if (stopping_) return;  // it goes on at the next start
    save(next);
    settings_.log("audit " + next.id + ": " + (next.state == "done" ? "done" : next.state + ", " + next.why));
    current_.reset();
  }
}

void Auditor::step(const std::string& text) {
  std::scoped_lock lock(mutex_);
  step_ = text;
}

bool Auditor::pause(std::int64_t ms) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return stopping_; });
  return !stopping_;
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

bool Auditor::take(const AuditRun& run, const LineFolder& folder, std::map<std::string, Listed>& listings) {
  auto ask = [this](engine::Look look) { return ask_engine(std::move(look)); };
  auto wait = [this](std::int64_t ms) { return pause(ms); };
  ListInput range;
  range.since = rfc3339(run.since);
  range.until = rfc3339(run.until);
  for (const Viewed& system : systems_) {
    if (!system.lists) continue;
    step("lists " + system.connector);
    if (!take_listing(system, range, folder, ask, wait)) return false;
    listings[system.connector] = listing_of(system, folder);
  }
  return true;
}

/// Every credit that differs by the strictest reading: nothing is young.
std::optional<std::set<std::int64_t>> Auditor::in_doubt(const AuditRun& run, const Exports& exports,
                                                        const Credits& credits, std::string& why) const {
  reconcile::Request request;
  request.files = exports.files;
  request.maps = exports.maps;
  request.as_of_s = hub_.now() / 1000 + 1;
  request.window_s = *request.as_of_s - run.since / 1000;
  request.sla_s.fill(0);
  request.memory_bytes = kMemory;
  request.work_folder = folder_of(run.id);
  auto audit = reconcile::audit(request);
  if (!audit) {
    why = audit.error().text();
    return std::nullopt;
  }
  std::set<std::int64_t> out;
  for (const report::Finding& finding : audit->findings)
    if (std::int64_t credit = credits.by_item(finding.item.substr(0, finding.item.find('|'))); credit != 0) out.insert(credit);
  return out;
}

bool Auditor::look_again(const AuditRun& run, const LineFolder& folder, const Credits& credits,
                         const std::map<std::string, Listed>& listings) {
  auto ask = [this](engine::Look look) { return ask_engine(std::move(look)); };
  auto wait = [this](std::int64_t ms) { return pause(ms); };
  Looks done = looks_of(folder);
  auto look = [&](const Viewed& system, const WindowCredit& credit) {
    auto effects = credit.effects.find(system.id);
    if (effects == credit.effects.end()) return true;
    for (std::int64_t effect : effects->second) {
      if (done.size() >= kLooksMax || done.contains(effect)) continue;
      if (!take_look(system.connector, effect, folder, ask, wait)) return false;
      done[effect];
    }
    return true;
  };
  for (const Viewed& system : systems_) {
    if (system.lists || !hub_.setup().connector(system.connector)->operation("read")) continue;
    step("reads " + system.connector + ", which cannot list, credit by credit");
    for (const auto& [no, credit] : credits.all())
      if (!look(system, credit)) return false;
  }
  std::optional<Exports> first = write_exports(credits, systems_, listings, looks_of(folder), folder.path());
  std::string why;
  auto doubtful = first ? in_doubt(run, *first, credits, why) : std::nullopt;
  if (!doubtful) return true;  // write_exports or the audit itself says it again
  step("looks again at " + std::to_string(doubtful->size()) + " credits");
  for (std::int64_t no : *doubtful)
    for (const Viewed& system : systems_)
      if (!look(system, credits.all().at(no))) return false;
  return true;
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
  if (!take(run, folder, listings)) return;
  if (!look_again(run, folder, Credits(store->read(), hub_.setup(), systems_, run.since, run.until), listings)) return;
  step("writes the exports");
  run.as_of = hub_.now();
  Credits credits(store->read(), hub_.setup(), systems_, run.since, run.until);
  auto exports = write_exports(credits, systems_, listings, looks_of(folder), folder.path());
  if (!exports) return fail(folder.path() + ": cannot be written");
  run.notes = system_notes_;
  run.notes.insert(run.notes.end(), exports->notes.begin(), exports->notes.end());
  std::ofstream(folder.file("map.toml"), std::ios::binary) << map_text(*exports);
  for (const std::string& name : names_in(folder.path()))
    if (name.ends_with(".jsonl")) folder.remove(name);
  run.state = "done";
}

}  // namespace handoff::serve
