#include "core/config/secrets.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include "tests/unit/config/support.hpp"

namespace handoff::config::testing {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };
static_assert(!Printable<SecretText>);
static_assert(!std::is_convertible_v<SecretText, std::string> && !std::is_convertible_v<SecretText, std::string_view>);

Settings with(Secret secret) {
  Settings out;
  Connector cards;
  cards.secrets.emplace(secret.name, std::move(secret));
  out.connectors.emplace("cards", std::move(cards));
  return out;
}

Secret from(Secret::Kind kind, const std::string& where) {
  return {"cards.secrets.key", kind, where, {}, Position{"h.toml", 3, 4}};
}

const Secret& only(const Settings& settings) { return settings.connectors.at("cards").secrets.begin()->second; }

class ConfigSecretFile : public ::testing::Test {
 protected:
  std::string say(const std::filesystem::path& path) {
    settings_ = with(from(Secret::Kind::file, path.string()));
    return without(render(resolve_secrets(settings_)), folder_.path().string() + "/");
  }
  TempFolder folder_;
  Settings settings_;
};

TEST(ConfigSecretVariable, IsReadFromTheEnvironment) {
  ASSERT_EQ(setenv("HANDOFF_TEST_SECRET", "s3cret", 1), 0);
  Settings settings = with(from(Secret::Kind::env, "HANDOFF_TEST_SECRET"));
  EXPECT_EQ(render(resolve_secrets(settings)), "");
  EXPECT_EQ(only(settings).value.reveal(), "s3cret");
  unsetenv("HANDOFF_TEST_SECRET");
}

TEST(ConfigSecretVariable, UnsetOrEmptyIsToldWhereItIsNamed) {
  unsetenv("HANDOFF_TEST_UNSET");
  Settings settings = with(from(Secret::Kind::env, "HANDOFF_TEST_UNSET"));
  EXPECT_EQ(render(resolve_secrets(settings)),
            "h.toml:3:4: error: cards.secrets.key: environment variable HANDOFF_TEST_UNSET is not set; "
            "set it where handoff is started, or write { file = \"...\" }\n");
  ASSERT_EQ(setenv("HANDOFF_TEST_UNSET", "", 1), 0);
  EXPECT_NE(render(resolve_secrets(settings)).find("is empty"), std::string::npos);
  unsetenv("HANDOFF_TEST_UNSET");
}

TEST_F(ConfigSecretFile, IsReadWithoutItsLastNewline) {
  std::filesystem::path file = folder_.write("key", "s3cret\n");
  ASSERT_EQ(chmod(file.c_str(), 0600), 0);
  EXPECT_EQ(say(file), "");
  EXPECT_EQ(only(settings_).value.reveal(), "s3cret");
}

TEST_F(ConfigSecretFile, MustExist) {
  EXPECT_EQ(say(folder_.path() / "key"),
            "h.toml:3:4: error: cards.secrets.key: cannot use key: No such file or directory; "
            "create it, or correct the path\n");
}

TEST_F(ConfigSecretFile, MustBeClosedToOthers) {
  std::filesystem::path file = folder_.write("key", "s3cret");
  for (mode_t mode : {0640u, 0604u, 0620u, 0601u}) {
    ASSERT_EQ(chmod(file.c_str(), mode), 0);
    EXPECT_EQ(say(file),
              "h.toml:3:4: error: cards.secrets.key: cannot use key: others can read or change it; chmod 600 key\n");
    EXPECT_TRUE(only(settings_).value.empty());
  }
}

TEST_F(ConfigSecretFile, MustBeAFileWithSomethingInIt) {
  std::filesystem::path file = folder_.write("key", "\n");
  ASSERT_EQ(chmod(file.c_str(), 0600), 0);
  EXPECT_NE(say(file).find("it is empty"), std::string::npos);
  folder_.write("key", "");
  EXPECT_NE(say(file).find("it is empty"), std::string::npos);
  EXPECT_NE(say(folder_.path()).find("it is a folder"), std::string::npos);
}

TEST_F(ConfigSecretFile, MustBeReadable) {
  if (geteuid() == 0) GTEST_SKIP() << "the superuser can read everything";
  std::filesystem::path file = folder_.write("key", "s3cret");
  ASSERT_EQ(chmod(file.c_str(), 0200), 0);
  EXPECT_NE(say(file).find("it cannot be read"), std::string::npos);
}

TEST(ConfigSecretText, MovesWithoutLeavingACopy) {
  SecretText first("short");
  SecretText second(std::move(first));
  EXPECT_TRUE(first.empty());  // NOLINT: that is the promise
  EXPECT_EQ(second.reveal(), "short");
  first = second;
  EXPECT_EQ(first.reveal(), "short");
  first = std::move(second);
  EXPECT_EQ(first.reveal(), "short");
  EXPECT_TRUE(second.empty());  // NOLINT
}

}  // namespace
}  // namespace handoff::config::testing
