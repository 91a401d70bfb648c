#include "core/model/read_file.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.hpp"

namespace handoff {
namespace {

std::string why(const std::string& path, std::uintmax_t most = kAnySize) {
  std::expected<std::string, Unread> read = read_file(path, most);
  EXPECT_FALSE(read) << path;
  if (read) return {};
  EXPECT_EQ(read.error().file, path);
  return read.error().why;
}

TEST(ReadFile, GivesEveryByte) {
  support::TempDir dir;
  std::string bytes(200'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
  std::ofstream(dir.file("a"), std::ios::binary) << bytes;
  EXPECT_EQ(read_file(dir.file("a")).value(), bytes);
  std::ofstream(dir.file("empty"), std::ios::binary).flush();
  EXPECT_EQ(read_file(dir.file("empty")).value(), "");
}

TEST(ReadFile, SaysWhichFileAndWhyInsteadOfThrowing) {
  support::TempDir dir;
  EXPECT_EQ(why(dir.file("nothing")), "No such file or directory");
  EXPECT_EQ(why(dir.path().string()), "it is a folder");
  EXPECT_EQ(why("/proc/self/mem"), "Input/output error");  // opens, and fails when it is read
  EXPECT_EQ((Unread{"a.csv", "it is a folder"}).text(), "a.csv: cannot be read: it is a folder");
}

TEST(ReadFile, RefusesMoreThanWasAskedFor) {
  support::TempDir dir;
  std::ofstream(dir.file("a"), std::ios::binary) << "12345";
  EXPECT_EQ(read_file(dir.file("a"), 5).value(), "12345");
  EXPECT_EQ(why(dir.file("a"), 4), "it is larger than 4 bytes");
}

}  // namespace
}  // namespace handoff
