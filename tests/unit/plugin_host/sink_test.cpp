// The host's side of the ABI against the worst connector: tests/fuzz/hostile, which does what its payload says.

#include <gtest/gtest.h>

#include "core/plugin_host/instance.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::plugin_host {
namespace {

std::string bytes(std::initializer_list<int> list) {
  std::string out;
  for (int byte : list) out += static_cast<char>(byte);
  return out;
}

std::string said(std::string_view text) { return bytes({static_cast<int>(text.size())}) + std::string(text); }

/// What differs from an honest GET /a under the label "list".
struct Call {
  int size = 0, kind = HANDOFF_CALL_HTTP, request_size = 0, headers = 1, no_request = 0, missing = 0;
  std::string label = said("list");
};

/// hostile.c, call().
std::string program(const Call& call) {
  return bytes({0, call.size, call.kind, HANDOFF_RETRY_SAFE}) + call.label + said("A") + said("b") +
         bytes({call.request_size}) + said("GET") + said("/a") + said("") +
         bytes({call.headers, call.request_size, 1, 1}) + bytes({call.no_request, call.missing});
}

class Sink : public ::testing::Test {
 protected:
  Step run(const std::string& payload) {
    std::string file = folder.file("libhandoff-hostile.so");
    if (!instance) {
      std::filesystem::copy_file(HANDOFF_HOSTILE, file);
      std::filesystem::permissions(file, std::filesystem::perms(0755));
      auto plugin = Plugin::load(file);
      EXPECT_TRUE(plugin) << plugin.error();
      instance = std::move(*Instance::create(**plugin, json::Value(json::Object())));
    }
    Arguments arguments;
    arguments.payload = payload;
    return instance->step("pull", arguments, {}, {});
  }
  /// The step after one that had asked for `before`, with an answer to each.
  std::string blamed_after(const std::vector<Asked>& before, const std::string& payload) {
    return blamed_of(answers_to(before), payload, before);
  }
  /// `before`: empty in the first step of a process, which has the stored answers alone.
  std::string blamed_of(const std::vector<Answer>& answers, const std::string& payload,
                        const std::vector<Asked>& before = {}) {
    Arguments arguments;
    arguments.payload = payload;
    return instance->step("pull", arguments, answers, before).misbehaviour;
  }
  static std::vector<Answer> answers_to(const std::vector<Asked>& before) {
    std::vector<Answer> answers;
    for (const Asked& asked : before) answers.emplace_back().label = asked.label;
    return answers;
  }
  support::TempDir folder;
  std::unique_ptr<Instance> instance;
};

TEST_F(Sink, TakesAnHonestCall) {
  Step step = run(program({}));
  EXPECT_EQ(step.misbehaviour, "");
  ASSERT_EQ(step.asked.size(), 1u);
  EXPECT_EQ(step.asked[0].http.target, "/a");
}

TEST_F(Sink, BlamesAReplayThatIsNotOne) {
  std::vector<Asked> before = run(program({})).asked;
  Call other;
  other.headers = 0;
  EXPECT_EQ(blamed_after(before, ""), "the call 'list' of the step before was not repeated");
  EXPECT_EQ(
      blamed_after(before, program(other)),
      "the call 'list' came out different from the step before; is there a clock, a random number or an unordered "
      "container in it?");
  before.front().label = "ask";
  EXPECT_EQ(blamed_of(answers_to(before), program({})),
            "the call 'list' stands where 'ask' was answered; was the connector replaced by one that asks in another "
            "order?");
  before = run(program({})).asked;
  EXPECT_EQ(blamed_after(before, program({})), "the step asked for 1 calls after 1 answers and did not end");
}

TEST_F(Sink, BlamesTwoCallsUnderOneLabel) {
  EXPECT_EQ(run(program({}) + program({})).misbehaviour, "the label 'list' is used twice");
}

TEST_F(Sink, BlamesWhatCannotBeReadInsteadOfReadingIt) {
  auto with = [&](auto member, int value) {
    Call call;
    call.*member = value;
    return run(program(call)).misbehaviour;
  };
  EXPECT_EQ(with(&Call::missing, 255), "a call is missing or cut short");
  EXPECT_EQ(with(&Call::size, 240), "a call is missing or cut short");
  EXPECT_EQ(with(&Call::no_request, 255), "the request of 'list' is missing or cut short");
  EXPECT_EQ(with(&Call::request_size, 240), "the request of 'list' is missing or cut short");
  EXPECT_EQ(with(&Call::headers, 255), "the request of 'list' is missing or cut short");
  Call check;
  check.kind = HANDOFF_CALL_MAC_CHECK;
  check.request_size = 240;
  EXPECT_EQ(run(program(check)).misbehaviour, "the request of 'list' is missing or cut short");
  Call nowhere;
  nowhere.label = bytes({255});  // a length without bytes
  EXPECT_EQ(run(program(nowhere)).misbehaviour, "a text has no bytes, or more than 8388608");
  EXPECT_EQ(run(bytes({2, 240})).misbehaviour, "a verdict is missing or cut short");
}

}  // namespace
}  // namespace handoff::plugin_host
