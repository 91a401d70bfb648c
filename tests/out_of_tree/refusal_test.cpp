// What the host refuses before it calls anything, and with which words: both numbers, whose each is, what to do.

#include <gtest/gtest.h>

#include "core/plugin_host/instance.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::plugin_host {
namespace {

class ConnectorRefusal : public ::testing::Test {
 protected:
  /// A copy of a wrong connector in a folder that only we may write.
  std::string copy(const std::string& name, unsigned mode = 0755) {
    std::string to = folder.file("libhandoff-" + name + ".so");
    std::filesystem::copy_file(std::filesystem::path(WRONG) / ("libhandoff-" + name + ".so"), to);
    std::filesystem::permissions(to, std::filesystem::perms(mode));
    return to;
  }
  /// The complaint, without the file's name in front.
  std::string refusal(const std::string& file) {
    auto plugin = Plugin::load(file);
    if (plugin) return "it was loaded";
    EXPECT_TRUE(plugin.error().starts_with(file + ": ")) << plugin.error();
    return plugin.error().substr(std::min(plugin.error().size(), file.size() + 2));
  }
  std::string ours() { return std::to_string(HANDOFF_ABI_MAJOR) + "." + std::to_string(HANDOFF_ABI_MINOR); }
  support::TempDir folder;
};

TEST_F(ConnectorRefusal, DoesNotMeetTheOneThatHasNothingWrong) {
  auto plugin = Plugin::load(copy("wrong_none"));
  ASSERT_TRUE(plugin) << plugin.error();
  auto instance = Instance::create(**plugin, json::Value(json::Object()));
  ASSERT_TRUE(instance);
  Step step = (*instance)->step("check", Arguments(), {}, {});
  EXPECT_EQ(step.end, StepEnd::done);
  EXPECT_EQ(step.misbehaviour, "");
}

TEST_F(ConnectorRefusal, NamesAFileThatOthersMayWriteAndTheCommandThatHelps) {
  std::string file = copy("wrong_none", 0757);
  EXPECT_EQ(refusal(file), "others may write it, so they could change a connector; run: chmod go-w " + file);
}

TEST_F(ConnectorRefusal, NamesAFileThatTheGroupMayWrite) {
  std::string file = copy("wrong_none", 0775);
  EXPECT_EQ(refusal(file), "others may write it, so they could change a connector; run: chmod go-w " + file);
}

TEST_F(ConnectorRefusal, NamesAFolderThatOthersMayWrite) {
  std::string file = copy("wrong_none");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0757));
  auto plugin = Plugin::load(file);
  ASSERT_FALSE(plugin);
  EXPECT_NE(plugin.error().find("chmod go-w " + std::filesystem::canonical(folder.path()).string()), std::string::npos)
      << plugin.error();
}

TEST_F(ConnectorRefusal, NamesAFileWithAnotherMagic) {
  EXPECT_EQ(refusal(copy("wrong_magic")), "handoff_plugin_v1 does not start with the handoff magic");
}

TEST_F(ConnectorRefusal, GivesBothNumbersOfANewerMajor) {
  EXPECT_EQ(refusal(copy("wrong_major")), "the connector speaks ABI 9." + std::to_string(HANDOFF_ABI_MINOR) +
                                              ", this handoff speaks " + ours() +
                                              "; rebuild the connector with this handoff's SDK or use a newer handoff");
}

TEST_F(ConnectorRefusal, GivesBothNumbersOfAMinorThatIsNeededAndMissing) {
  EXPECT_EQ(refusal(copy("wrong_minor")), "the connector needs ABI " + std::to_string(HANDOFF_ABI_MAJOR) +
                                              ".77 or newer, this handoff has " + ours() +
                                              "; use a newer handoff, or rebuild the connector with an older SDK");
}

TEST_F(ConnectorRefusal, GivesBothSizesOfAShorterEntry) {
  EXPECT_EQ(refusal(copy("wrong_size")), "its handoff_plugin_v1 has 8 bytes, this handoff needs " +
                                             std::to_string(sizeof(handoff_plugin)) +
                                             "; rebuild the connector with this handoff's SDK");
}

TEST_F(ConnectorRefusal, SaysHowTheEntryIsWrittenWhereThereIsNone) {
  EXPECT_EQ(
      refusal(copy("wrong_symbol")),
      "exports no handoff_plugin_v1; end plugin.cpp with HANDOFF_CONNECTOR(...) and build it with this handoff's SDK");
}

TEST_F(ConnectorRefusal, NamesAnOperationThatIsPromisedAndNotThere) {
  EXPECT_EQ(refusal(copy("wrong_promise")), "connector.json promises the operation check/1, the code has none");
}

TEST_F(ConnectorRefusal, TellsAFileThatIsNoConnectorHowToBecomeOne) {
  std::string file = folder.file("libhandoff-plain.so");
  std::filesystem::copy_file("/proc/self/exe", file);
  std::filesystem::permissions(file, std::filesystem::perms(0755));
  EXPECT_EQ(refusal(file), "carries no connector.json; build it with handoff_add_connector()");
}

}  // namespace
}  // namespace handoff::plugin_host
