// A connector in a process of its own, against everything that it could do to it (BARS R38), and the same words as in
// ours wherever it keeps to the contract.

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/plugin_host/instance.hpp"
#include "core/plugin_host/sanitized.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::plugin_host {
namespace {

using std::chrono::milliseconds;

const json::Value kNoSettings{json::Object()};

class ApartTest : public ::testing::Test {
 protected:
  /// A copy in a folder that only we may write, as a connector must be.
  std::filesystem::path installed(const std::filesystem::path& built) {
    std::filesystem::path file = folder.path() / built.filename();
    std::filesystem::copy_file(built, file, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::permissions(file, std::filesystem::perms(0755));
    return file;
  }
  std::shared_ptr<const Image> image(const char* built = HANDOFF_VILLAIN) {
    auto out = Image::open(installed(built));
    EXPECT_TRUE(out) << out.error();
    return out ? *out : nullptr;
  }
  Apart how() const {
    Apart out;
    out.program = connector_host_program();
    out.name = "villain";
    out.pause = milliseconds(0);
    return out;
  }
  std::unique_ptr<Instance> villain(const Apart& how) {
    auto made = Instance::create_apart(image(), kNoSettings, how);
    EXPECT_TRUE(made) << json::write(made.error());
    return made ? std::move(*made) : nullptr;
  }
  static Step run(const Instance& instance, const std::string& deed, const std::vector<Answer>& answers = {}) {
    Arguments arguments;
    arguments.payload = deed;
    return instance.step("pull", arguments, answers, {});
  }
  /// What is told of the deed; and the connector is there again for the next one.
  static std::string survived(const Instance& instance, const std::string& deed) {
    Step step = run(instance, deed);
    EXPECT_TRUE(step.lost) << deed;
    EXPECT_EQ(step.end, StepEnd::failed) << deed;
    EXPECT_EQ(step.failure, HANDOFF_FAIL_RETRYABLE) << deed;
    EXPECT_EQ(step.misbehaviour, "") << deed;
    Step next = run(instance, "nothing");
    EXPECT_EQ(json::write(next.result), R"({"fine":true})") << "after " << deed;
    return std::string(step.result.at("message").as_string());
  }
  support::TempDir folder;
};

constexpr const char* kProcess = "in a process of its own, the connector ";

TEST_F(ApartTest, OutlivesEveryCrash) {
  auto instance = villain(how());
  ASSERT_TRUE(instance);
  if (!kSanitized) {
    EXPECT_EQ(survived(*instance, "segfault"),
              std::string(kProcess) + "crashed: signal 11, a read or write outside of its memory");
    EXPECT_EQ(survived(*instance, "memory"),
              std::string(kProcess) +
                  "crashed: signal 6, it gave up: an assertion, a failed check or an exception nobody caught");
  }
  EXPECT_EQ(survived(*instance, "abort").substr(0, std::string(kProcess).size() + 17),
            std::string(kProcess) + "crashed: signal 6");
  EXPECT_EQ(survived(*instance, "exit"), std::string(kProcess) + "ended the process with status 0");
}

TEST_F(ApartTest, EndsWhatComesToNoEnd) {
  Apart quick = how();
  quick.step_limit = milliseconds(kSanitized ? 2000 : 300);
  auto instance = villain(quick);
  ASSERT_TRUE(instance);
  std::string late =
      std::string(kProcess) + "came to no end within " + std::to_string(quick.step_limit.count()) + " ms";
  EXPECT_EQ(survived(*instance, "loop"), late);
  EXPECT_EQ(survived(*instance, "stalls"), late);
  EXPECT_EQ(survived(*instance, "closes"), late);
}

TEST_F(ApartTest, TakesNoFrameThatIsNone) {
  auto instance = villain(how());
  ASSERT_TRUE(instance);
  EXPECT_EQ(survived(*instance, "garbage"), std::string(kProcess) + "said something that is no answer");
  EXPECT_EQ(survived(*instance, "huge"),
            std::string(kProcess) + "said 1073741824 bytes in one step; at most 67108864 are taken");
  EXPECT_EQ(survived(*instance, "tiny"),
            std::string(kProcess) + "said 1 bytes in one step; at most 67108864 are taken");
  EXPECT_EQ(survived(*instance, "cut"), std::string(kProcess) + "ended the process with status 0");
}

TEST_F(ApartTest, TakesNoAnswerThatNobodyAskedFor) {
  auto instance = villain(how());
  ASSERT_TRUE(instance);
  Step step = run(*instance, "twice");  // an empty answer by its own hand, before the one of its host
  EXPECT_EQ(step.misbehaviour, "the step asked for 0 calls after 0 answers and did not end");
  EXPECT_EQ(json::write(run(*instance, "nothing").result), R"({"fine":true})");
}

TEST_F(ApartTest, LetsItReachNothing) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer opens files of its own: there nothing is confined";
  auto instance = villain(how());
  ASSERT_TRUE(instance);
  auto tried = [](const char* what) {
    return std::string(kProcess) + "tried to " + what + "; a connector asks the host for everything, by a call";
  };
  EXPECT_EQ(survived(*instance, "socket"), tried("open a socket"));
  EXPECT_EQ(survived(*instance, "file"), tried("open a file"));
  EXPECT_EQ(survived(*instance, "stat"), tried("do what a connector may not"));
  EXPECT_EQ(survived(*instance, "fork"), tried("start a process"));
  EXPECT_EQ(survived(*instance, "thread"), tried("do what a connector may not"));
  EXPECT_EQ(survived(*instance, "exec"), tried("start a program"));
  EXPECT_EQ(survived(*instance, "sleep"), tried("sleep"));
  EXPECT_EQ(survived(*instance, "kill"), tried("do what a connector may not"));
}

TEST_F(ApartTest, ConfinesItBeforeItsFirstInstruction) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer opens files of its own: there nothing is confined";
  auto made = Instance::create_apart(image(HANDOFF_VILLAIN_AT_LOAD), kNoSettings, how());
  ASSERT_FALSE(made);
  std::string why(made.error().at("message").as_string());
  EXPECT_NE(why.find("tried to open a socket"), std::string::npos) << why;
}

TEST_F(ApartTest, GivesUpOnAStepThatItNeverSurvives) {
  auto instance = villain(how());
  ASSERT_TRUE(instance);
  EXPECT_EQ(run(*instance, "exit").misbehaviour, "");
  EXPECT_EQ(run(*instance, "exit").misbehaviour, "");
  EXPECT_EQ(run(*instance, "nothing").misbehaviour, "") << "another step is not to blame";
  EXPECT_EQ(run(*instance, "exit").misbehaviour,
            std::string(kProcess) + "ended the process with status 0, 3 times at this step");
  EXPECT_EQ(instance->counters().misbehaved.load(), 1u);
  EXPECT_EQ(run(*instance, "exit").misbehaviour, "") << "a person had it tried again";
}

TEST_F(ApartTest, PausesBeforeItStartsAThirdProcess) {
  Apart slow = how();
  slow.pause = std::chrono::hours(1);
  auto instance = villain(slow);
  ASSERT_TRUE(instance);
  run(*instance, "exit");
  run(*instance, "exit");
  Step step = run(*instance, "nothing");
  EXPECT_TRUE(step.lost);
  EXPECT_EQ(step.failure, HANDOFF_FAIL_RETRYABLE);
  EXPECT_EQ(step.result.at("message").as_string(),
            std::string(kProcess) + "ended the process with status 0; it is started again after a pause");
}

TEST(ApartPause, DoublesWithEachEndInARowUpToFiveMinutes) {
  const milliseconds first(1000);
  EXPECT_EQ(pause_after(1, first), milliseconds(0)) << "the first end may have been an accident";
  for (int ends = 2; ends <= 10; ++ends) EXPECT_EQ(pause_after(ends, first), first * (1 << (ends - 2))) << ends;
  for (int ends : {11, 12, 30, 100, 1'000'000}) EXPECT_EQ(pause_after(ends, first), std::chrono::minutes(5)) << ends;
}

TEST_F(ApartTest, BeginsAnewWithItsPausesOnceAStepIsSurvived) {
  Apart slow = how();
  slow.pause = std::chrono::hours(1);
  auto instance = villain(slow);
  ASSERT_TRUE(instance);
  for (int i = 0; i < 2; ++i) survived(*instance, "exit");
}

TEST_F(ApartTest, LetsNoReplyInHandWaitForThePause) {
  Apart slow = how();
  slow.pause = std::chrono::hours(1);
  auto instance = villain(slow);
  ASSERT_TRUE(instance);
  run(*instance, "exit");
  run(*instance, "exit");
  EXPECT_FALSE(run(*instance, "nothing", {Answer()}).lost);
}

/// The engine waits: for a step's limit each time, and once a pause however many replies are in hand.
TEST_F(ApartTest, HangsTheEngineForAStepsLimitAndOnceAPauseWhenItHangsAtItsStart) {
  Apart slow = how();
  slow.program = folder.path() / "host";
  slow.pause = std::chrono::hours(1);
  slow.start_limit = std::chrono::seconds(20);
  slow.restart_limit = milliseconds(300);
  std::filesystem::create_symlink(connector_host_program(), slow.program);
  auto instance = villain(slow);
  ASSERT_TRUE(instance);
  std::filesystem::remove(slow.program);
  auto starts = folder.path() / "starts";
  std::ofstream(slow.program) << "#!/bin/sh\necho >>" << starts.string() << "\nexec sleep 600\n";
  std::filesystem::permissions(slow.program, std::filesystem::perms(0755));
  auto started = [&] {
    std::ifstream in(starts);
    return std::count(std::istreambuf_iterator<char>(in), {}, '\n');
  };
  run(*instance, "exit");
  std::string why(run(*instance, "nothing").result.at("message").as_string());  // the first is at once
  EXPECT_NE(why.find("came to no end within 300 ms"), std::string::npos) << why;
  EXPECT_EQ(started(), 1);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(run(*instance, "nothing", {Answer()}).lost);
  EXPECT_EQ(started(), 2);
}

TEST_F(ApartTest, PassesOnWhatTheConnectorSaysOfItsSettings) {
  json::Object settings;
  settings.set("x", 1);
  auto made = Instance::create_apart(image(), json::Value(settings), how());
  ASSERT_FALSE(made);
  EXPECT_EQ(json::write(made.error()), R"({"pointer":"/x","message":"no such x"})");
}

TEST_F(ApartTest, SaysWhatIsMissingWithoutItsProgram) {
  Apart nowhere = how();
  nowhere.program = folder.path() / "handoff-connector-host";
  auto made = Instance::create_apart(image(), kNoSettings, nowhere);
  ASSERT_FALSE(made);
  std::string why(made.error().at("message").as_string());
  EXPECT_TRUE(why.starts_with(nowhere.program.string() + ": cannot be started: No such file")) << why;
}

TEST_F(ApartTest, RunsTheBytesThatWereHashedWhateverBecomesOfTheFile) {
  auto taken = image();
  ASSERT_TRUE(taken);
  std::ofstream(taken->file(), std::ios::trunc) << "something else";
  auto made = Instance::create_apart(taken, kNoSettings, how());
  ASSERT_TRUE(made) << json::write(made.error());
  EXPECT_EQ(json::write(run(**made, "nothing").result), R"({"fine":true})");
  auto inside = Plugin::load(taken);
  ASSERT_TRUE(inside) << inside.error();
  EXPECT_EQ((*inside)->manifest().id, "villain");
}

TEST_F(ApartTest, OpensNoFileThatOthersMayWrite) {
  std::filesystem::path file = installed(HANDOFF_VILLAIN);
  std::filesystem::permissions(file, std::filesystem::perms(0777));
  auto open = Image::open(file);
  ASSERT_FALSE(open);
  EXPECT_TRUE(open.error().starts_with(file.string() + ": others may write it")) << open.error();
}

std::string described(const Step& step) {
  std::string out = std::to_string(static_cast<int>(step.end)) + " " + std::to_string(step.failure) + " " +
                    json::write(step.result) + " | " + step.misbehaviour;
  for (const Asked& asked : step.asked) {
    out += "\n" + asked.label + " " + asked.digest + " " + asked.http.method + asked.http.target + asked.http.body;
    for (const auto& [name, value] : asked.http.headers) out += " " + name + "=" + value;
  }
  for (const Verdict& verdict : step.verdicts)
    out += "\n" + verdict.label + " " + std::to_string(verdict.kind) + verdict.code + verdict.message +
           std::to_string(verdict.retry_after_ms);
  for (const json::Value& record : step.emitted) out += "\n" + json::write(record);
  return out;
}

/// Any bytes, the same each time.
std::string program(unsigned seed) {
  std::string out(1 + seed % 120, '\0');
  std::uint32_t state = seed * 2654435761u + 1;
  for (char& byte : out) {
    state = state * 1664525u + 1013904223u;
    byte = static_cast<char>(state >> 24);
  }
  return out;
}

TEST_F(ApartTest, IsHeardAndJudgedAsInside) {
  auto taken = image(HANDOFF_HOSTILE);
  auto plugin = Plugin::load(taken);
  ASSERT_TRUE(plugin) << plugin.error();
  auto inside = Instance::create(**plugin, kNoSettings);
  auto outside = Instance::create_apart(taken, kNoSettings, how());
  ASSERT_TRUE(inside && outside);
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Step here = run(**inside, program(seed));
    Step there = run(**outside, program(seed));
    ASSERT_EQ(described(here), described(there)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace handoff::plugin_host
