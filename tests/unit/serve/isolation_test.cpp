// In which process a connector runs where nobody wrote it.

#include <gtest/gtest.h>

#include <fstream>

#include "core/serve/connectors.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::serve {
namespace {

using config::Isolation;

TEST(DefaultIsolation, IsAProcessForWhatLiesOutsideOfOurFolders) {
  support::TempDir dir;
  std::filesystem::path ours = std::filesystem::canonical(dir.path()) / "ours", theirs = ours.parent_path() / "theirs";
  for (const auto& folder : {ours, ours / "below", theirs}) std::filesystem::create_directory(folder);
  for (const auto& file : {ours / "a.so", ours / "below" / "b.so", theirs / "c.so"}) std::ofstream(file) << "code";
  std::filesystem::create_symlink(theirs / "c.so", ours / "link_to_theirs.so");
  std::filesystem::create_symlink(ours / "a.so", theirs / "link_to_ours.so");
  auto isolation = [&](const std::filesystem::path& file) { return isolation_of(config::Connector(), file, {ours}); };
  EXPECT_EQ(isolation(ours / "a.so"), Isolation::none);
  EXPECT_EQ(isolation(theirs / "link_to_ours.so"), Isolation::none);
  EXPECT_EQ(isolation(theirs / "c.so"), Isolation::process);
  EXPECT_EQ(isolation(ours / "link_to_theirs.so"), Isolation::process);
  EXPECT_EQ(isolation(ours / "below" / "b.so"), Isolation::process);
  EXPECT_EQ(isolation(ours / "not_there.so"), Isolation::process);
}

TEST(DefaultIsolation, GivesWayToWhatIsWritten) {
  config::Connector connector;
  connector.isolation = Isolation::none;
  EXPECT_EQ(isolation_of(connector, "/anywhere/a.so", {}), Isolation::none);
  connector.isolation = Isolation::process;
  EXPECT_EQ(isolation_of(connector, "/ours/a.so", {"/ours"}), Isolation::process);
}

}  // namespace
}  // namespace handoff::serve
