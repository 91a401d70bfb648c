// The host's side of the ABI, against a connector that does what the input says: every rule that is broken is named,
// and nothing else happens. Input: a program of hostile/hostile.c.

#include "core/plugin_host/instance.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::fuzz {

namespace {

using plugin_host::Answer;
using plugin_host::Asked;
using plugin_host::Step;
using plugin_host::StepEnd;

const plugin_host::Instance& hostile() {
  static const std::unique_ptr<plugin_host::Instance> instance = [] {
    static const support::TempDir folder;  // in a folder that only we may write, as a connector must be
    std::string file = folder.file("libhandoff-hostile.so");
    std::filesystem::copy_file(HANDOFF_HOSTILE, file);
    std::filesystem::permissions(file, std::filesystem::perms(0755));
    auto plugin = plugin_host::Plugin::load(file);
    must(plugin.has_value(), "the connector loads", plugin ? "" : plugin.error());
    auto made = plugin_host::Instance::create(**plugin, json::Value(json::Object()));
    must(made.has_value(), "the connector starts");
    return std::move(*made);
  }();
  return *instance;
}

void judge(const Step& step, std::size_t answers) {
  if (!step.misbehaviour.empty()) return;
  std::size_t expected = answers + (step.end == StepEnd::waiting ? 1 : 0);
  bool several = step.end == StepEnd::waiting && step.asked.size() > expected && step.asked.size() <= answers + 16;
  for (std::size_t i = answers; several && i < step.asked.size(); ++i) several = step.asked[i].safe;
  must(step.asked.size() == expected || several,
       "a step without fault asks for one call, or several safe ones, or ends");
  for (const Asked& asked : step.asked) {
    must(asked.kind >= HANDOFF_CALL_HTTP && asked.kind <= HANDOFF_CALL_MAC, "a call is of a known kind");
    must(asked.kind != HANDOFF_CALL_HTTP || asked.http.target.starts_with('/'), "a target is a path");
    must(!asked.digest.empty(), "a call has a digest");
  }
  for (std::size_t i = 1; i < step.asked.size(); ++i)
    must(step.asked[i].label != step.asked[i - 1].label, "no label is used twice");
  must(is_utf8(json::write(step.result)), "a result is JSON");
}

}  // namespace

void one_input(std::string_view bytes) {
  plugin_host::Arguments arguments;
  arguments.input = "{}";
  arguments.payload = bytes;
  std::vector<Answer> answers;
  std::vector<Asked> before;
  for (int rounds = 0; rounds < 3; ++rounds) {
    Step step = hostile().step("pull", arguments, answers, before);
    judge(step, answers.size());
    Step again = hostile().step("pull", arguments, answers, before);
    must(again.misbehaviour == step.misbehaviour && again.asked.size() == step.asked.size(),
         "a step is judged the same twice", step.misbehaviour);
    if (!step.misbehaviour.empty() || step.end != StepEnd::waiting) return;
    before = step.asked;
    Answer answer;
    answer.label = step.asked[answers.size()].label;
    answers.push_back(std::move(answer));
  }
}

}  // namespace handoff::fuzz
