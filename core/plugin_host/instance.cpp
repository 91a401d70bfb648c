#include "core/plugin_host/instance.hpp"

#include <chrono>

#include "core/plugin_host/sink.hpp"

namespace handoff::plugin_host {

namespace {

constexpr std::size_t kTogetherMax = 16;

/// Whether all from `first` on may be asked for in one step.
bool may_be_together(const std::vector<Asked>& asked, std::size_t first) {
  if (asked.size() - first > kTogetherMax) return false;
  for (std::size_t i = first; i < asked.size(); ++i)
    if (!asked[i].safe || (asked[i].kind != HANDOFF_CALL_HTTP && asked[i].kind != HANDOFF_CALL_FILE)) return false;
  return true;
}

/// The rules a finished step must have kept (abi.h, top).
std::string broken_rule(const Step& step, const std::vector<Answer>& given, const std::vector<Asked>& before) {
  const std::size_t answers = given.size();
  for (std::size_t i = 0; i < before.size() && i < answers; ++i) {
    if (i >= step.asked.size()) return "the call '" + before[i].label + "' of the step before was not repeated";
    if (step.asked[i].digest != before[i].digest)
      return "the call '" + before[i].label +
             "' came out different from the step before; is there a clock, a random "
             "number or an unordered container in it?";
  }
  // The step before may have been another build's: the replies are stored, what it asked for is not.
  for (std::size_t i = 0; i < answers && i < step.asked.size(); ++i)
    if (step.asked[i].label != given[i].label)
      return "the call '" + step.asked[i].label + "' stands where '" + given[i].label +
             "' was answered; was the connector replaced by one that asks in another order?";
  std::size_t expected = answers + (step.end == StepEnd::waiting ? 1 : 0);
  bool several = step.end == StepEnd::waiting && step.asked.size() > expected && may_be_together(step.asked, answers);
  if (step.asked.size() != expected && !several)
    return "the step asked for " + std::to_string(step.asked.size()) + " calls after " + std::to_string(answers) +
           " answers" + (step.end == StepEnd::waiting ? " and did not end" : " and ended");
  for (std::size_t i = 0; i < step.asked.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (step.asked[i].label == step.asked[j].label) return "the label '" + step.asked[i].label + "' is used twice";
  return {};
}

/// In this process: the connector's own memory is ours.
class Inside : public Runner {
 public:
  explicit Inside(const handoff_plugin& header) : header_(header) {}
  ~Inside() override {
    if (instance_) header_.destroy(instance_);
  }
  bool create(const json::Value& settings, Step& said) {
    Sink sink(said);
    std::string written = json::write(settings);
    const handoff_settings all = settings_of(written);
    instance_ = header_.create(&all, sink.raw());
    return instance_ != nullptr;
  }
  void step(const std::string& id, const Arguments& arguments, const std::vector<Answer>& answers, const Layout& layout,
            Step& out) const override {
    Sink sink(out, layout);
    Call call(arguments, answers, layout);
    find_operation(header_, id)->step(instance_, call.args(), call.replies(), call.count(), sink.raw());
  }

 private:
  const handoff_plugin& header_;
  handoff_instance* instance_ = nullptr;
};

}  // namespace

std::expected<std::unique_ptr<Instance>, json::Value> Instance::create(const Plugin& plugin,
                                                                       const json::Value& settings) {
  auto runner = std::make_unique<Inside>(plugin.header());
  Step said;
  if (!runner->create(settings, said)) return std::unexpected(said.result);
  return std::unique_ptr<Instance>(new Instance(plugin.manifest(), std::move(runner)));
}

Instance::Instance(Manifest manifest, std::unique_ptr<Runner> runner)
    : manifest_(std::move(manifest)), runner_(std::move(runner)) {}

Instance::~Instance() = default;

Step Instance::step(std::string_view operation, const Arguments& arguments, const std::vector<Answer>& answers,
                    const std::vector<Asked>& before, const Layout& layout) const {
  Step out;
  const OperationSheet* sheet = manifest_.operation(operation);
  if (!sheet) {
    out.end = StepEnd::failed;
    out.failure = HANDOFF_FAIL_UNSUPPORTED;
    return out;
  }
  auto began = std::chrono::steady_clock::now();
  runner_->step(sheet->name + "/" + std::to_string(sheet->revision), arguments, answers, layout, out);
  auto took = std::chrono::steady_clock::now() - began;
  out.elapsed_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
  if (out.misbehaviour.empty() && !out.lost) out.misbehaviour = broken_rule(out, answers, before);
  counters_.steps.fetch_add(1, std::memory_order_relaxed);
  auto elapsed = static_cast<std::uint64_t>(out.elapsed_ns);
  counters_.nanoseconds.fetch_add(elapsed, std::memory_order_relaxed);
  if (elapsed > counters_.slowest_ns.load(std::memory_order_relaxed))
    counters_.slowest_ns.store(elapsed, std::memory_order_relaxed);
  if (!out.misbehaviour.empty()) counters_.misbehaved.fetch_add(1, std::memory_order_relaxed);
  return out;
}

}  // namespace handoff::plugin_host
