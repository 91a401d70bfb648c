// A connector in a process of its own: asked with a deadline, started again with a pause, and given up on for one step
// when it is always that step that it does not survive.

#include <unistd.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "core/crypto/hash.hpp"
#include "core/log/log.hpp"
#include "core/plugin_host/child.hpp"
#include "core/plugin_host/sink.hpp"
#include "core/plugin_host/wire.hpp"

namespace handoff::plugin_host {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPauseMax = std::chrono::minutes(5);
const std::string kWho = "in a process of its own, the connector ";
constexpr std::size_t kFatalStepsMax = 1000;  // remembered

json::Value message(const std::string& text) {
  json::Object out;
  out.set("message", text);
  json::Value value(std::move(out));
  return value;
}

std::vector<std::string> operations_of(const Manifest& manifest) {
  std::vector<std::string> out;
  for (const auto& [name, sheet] : manifest.operations) out.push_back(name + "/" + std::to_string(sheet.revision));
  return out;
}

/// Which step it is, over its repetitions: what is asked of whom. Neither the clock nor what was read meanwhile.
std::string identity(const std::string& id, const Arguments& arguments) {
  std::string all = id + '\n' + std::to_string(arguments.input.size()) + '\n' + arguments.input + arguments.payload;
  for (const CallIds& ids : arguments.ids) all += '\n' + ids.key;
  return std::string(crypto::bytes(crypto::sha256(all)));
}

class Outside : public Runner {
 public:
  Outside(std::shared_ptr<const Image> image, std::string start_frame, Apart how)
      : image_(std::move(image)), start_frame_(std::move(start_frame)), how_(std::move(how)) {}

  /// A child that has created it: null. Otherwise the connector's complaint, or why there is none.
  json::Value start(std::chrono::milliseconds limit) const;
  void step(const std::string& id, const Arguments& arguments, const std::vector<Answer>& answers, const Layout& layout,
            Step& out) const override;

 private:
  bool have_child(bool at_once, std::string& why) const;
  std::string ask(const std::string& frame, Step& out) const;
  void died(const std::string& why) const;
  void lose(const std::string& why, Step& out) const;

  std::shared_ptr<const Image> image_;
  std::string start_frame_;
  Apart how_;
  mutable std::mutex mutex_;  // one step at a time: there is one child
  mutable std::unique_ptr<Child> child_;
  mutable int ends_ = 0;  // in a row
  mutable std::string last_end_;
  mutable steady_clock::time_point not_before_;
  mutable bool hurried_ = false;              // the last start was before that
  mutable std::map<std::string, int> fatal_;  // identity of a step -> how often the child ended at it
};

json::Value Outside::start(std::chrono::milliseconds limit) const {
  auto child = Child::start(how_.program, image_->descriptor());
  if (!child) return message(child.error());
  const std::string where = image_->file().string() + ": in its own process: ";
  auto body = (*child)->exchange(start_frame_, limit);
  if (!body) return message(where + body.error());
  Step said;
  Sink sink(said);
  if (!wire::replay(*body, sink.raw())) return message(where + "said something that is no answer");
  if (wire::kind_of(*body) != wire::Kind::said)
    return said.result.is_null() ? message(where + "refuses its settings") : said.result;
  child_ = std::move(*child);
  return {};
}

void Outside::died(const std::string& why) const {
  child_.reset();
  last_end_ = why;
  const std::chrono::milliseconds pause = pause_after(++ends_, how_.pause);
  not_before_ = steady_clock::now() + pause;
  log::warning("connector " + how_.name + ": in a process of its own, it " + why + "; it is started again " +
               (ends_ == 1 ? "at once" : "after " + std::to_string(pause.count()) + " ms"));
}

/// `at_once`: there is a reply in hand. Without a verdict on it a write would count as unknown, for no fault of the vendor's.
/// Once only until a pause is over: a child that hangs at its start costs the engine the limit each time.
bool Outside::have_child(bool at_once, std::string& why) const {
  if (child_ && !child_->usable()) died("ended between two steps, or spoke unasked");
  if (child_) return true;
  bool paused = steady_clock::now() < not_before_;
  if (paused && (!at_once || hurried_)) {
    why = kWho + last_end_ + "; it is started again after a pause";
    return false;
  }
  hurried_ = paused;
  json::Value complaint = start(how_.restart_limit);
  if (complaint.is_null()) return true;
  died("could not be started: " + std::string(complaint.at("message").as_string("it refuses its settings")));
  why = kWho + last_end_;
  return false;
}

/// What went wrong, or nothing.
std::string Outside::ask(const std::string& frame, Step& out) const {
  auto body = child_->exchange(frame, how_.step_limit);
  if (!body) return body.error();
  Sink sink(out);
  bool clear = wire::kind_of(*body) == wire::Kind::said && wire::replay(*body, sink.raw());
  return clear ? std::string() : "said something that is no answer";
}

void Outside::lose(const std::string& why, Step& out) const {
  out = Step();
  out.end = StepEnd::failed;
  out.failure = HANDOFF_FAIL_RETRYABLE;
  out.result = message(why);
  out.lost = true;
}

void Outside::step(const std::string& id, const Arguments& arguments, const std::vector<Answer>& answers, const Layout&,
                   Step& out) const {
  std::scoped_lock lock(mutex_);
  std::string why;
  if (!have_child(!answers.empty(), why)) return lose(why, out);
  why = ask(wire::encode(id, arguments, answers), out);
  if (why.empty()) {
    ends_ = 0;
    hurried_ = false;
    if (!fatal_.empty()) fatal_.erase(identity(id, arguments));
    return;
  }
  died(why);
  lose(kWho + why, out);
  if (fatal_.size() >= kFatalStepsMax) fatal_.clear();
  int& times = fatal_[identity(id, arguments)];
  if (++times < how_.held_after) return;
  out.misbehaviour = kWho + why + ", " + std::to_string(times) + " times at this step";
  fatal_.erase(identity(id, arguments));  // who has it tried again tries as often
}

}  // namespace

std::chrono::milliseconds pause_after(int ends, std::chrono::milliseconds first) {
  if (ends < 2) return std::chrono::milliseconds(0);
  return std::min<std::chrono::milliseconds>(first * (1LL << std::min(ends - 2, 20)), kPauseMax);
}

std::filesystem::path connector_host_program() {
  std::error_code error;
  std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return self.parent_path() / "handoff-connector-host";
}

std::vector<std::filesystem::path> shipped_folders() {
  std::vector<std::filesystem::path> out;
  std::filesystem::path programs = connector_host_program().parent_path();
  for (const char* folder : {"../plugins", "../lib/handoff/plugins"}) {
    std::error_code none;
    std::filesystem::path real = std::filesystem::canonical(programs / folder, none);
    if (!none) out.push_back(std::move(real));
  }
  return out;
}

std::expected<std::unique_ptr<Instance>, json::Value> Instance::create_apart(std::shared_ptr<const Image> image,
                                                                             const json::Value& settings,
                                                                             const Apart& how) {
  auto manifest = parse_manifest(image->note());
  if (!manifest) return std::unexpected(message(image->file().string() + ": connector.json: " + manifest.error()));
  std::string frame = wire::encode(wire::Start{json::write(settings), operations_of(*manifest)});
  auto runner = std::make_unique<Outside>(std::move(image), std::move(frame), how);
  json::Value complaint = runner->start(how.start_limit);
  if (!complaint.is_null()) return std::unexpected(std::move(complaint));
  return std::unique_ptr<Instance>(new Instance(std::move(*manifest), std::move(runner)));
}

}  // namespace handoff::plugin_host
