// The files that an audit leaves.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "core/reconcile/results.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::reconcile {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Results, NoneIsReplacedBeforeAllAreWritten) {
  support::TempDir dir;
  std::string first = dir.file("findings.json");
  ASSERT_TRUE(write_together({{first, std::string("old")}}));
  EXPECT_FALSE(write_together({{first, std::string("new")}, {dir.file("no folder/summary.json"), std::string("new")}}));
  EXPECT_EQ(text_of(first), "old");
  EXPECT_TRUE(write_together({{first, std::string("new")}, {dir.file("summary.json"), std::string("new")}}));
  EXPECT_EQ(text_of(first) + text_of(dir.file("summary.json")), "newnew");
}

}  // namespace
}  // namespace handoff::reconcile
