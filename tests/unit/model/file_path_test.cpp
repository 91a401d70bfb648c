#include <gtest/gtest.h>

#include "core/model/file_path.hpp"

namespace handoff {
namespace {

TEST(FilePath, TakesPlainPathsBelowTheFolder) {
  for (const std::string path : {"a", "in/a.csv", "a b/\xC3\xA4.csv", "a..b"})
    EXPECT_EQ(path_problem(path), "") << path;
  EXPECT_EQ(path_problem("", true), "");
}

TEST(FilePath, RefusesWhatCouldLeadOutOrNowhere) {
  for (const std::string path : {"/a", "a/", "a//b", "..", "../a", "a/../b", "./a", ".a", "a/.b"})
    EXPECT_NE(path_problem(path), "") << path;
  EXPECT_NE(path_problem(std::string("a\0b", 3)), "");
  EXPECT_NE(path_problem("a\nb"), "");
  EXPECT_NE(path_problem(std::string(256, 'a')), "");
  EXPECT_NE(path_problem(std::string(600, 'a') + "/" + std::string(600, 'b')), "");
  EXPECT_EQ(path_problem(""), "the path is empty");
}

}  // namespace
}  // namespace handoff
