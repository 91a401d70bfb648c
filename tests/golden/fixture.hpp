#pragma once
// Runs the command line in this process, with a console that remembers, and compares with tests/golden/expected.
// HANDOFF_UPDATE_GOLDEN=1 rewrites the expectations.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>

#include "core/app/cli/cli.hpp"
#include "tests/golden/story.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::golden {

inline std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline void expect_file(const std::string& path, const std::string& text) {
  if (std::getenv("HANDOFF_UPDATE_GOLDEN") != nullptr) return write_file(path, text);
  EXPECT_EQ(text, contents(path)) << "if this is meant: HANDOFF_UPDATE_GOLDEN=1, then read the difference";
}

struct Ran {
  int exit = -1;
  std::string out, err;
};

class Cli : public ::testing::Test {
 protected:
  /// A configuration whose admin address answers nothing, and a store of that name (not there yet).
  Cli() {
    write_file(config(), R"([retailer]
name = "acme"
default_region = "US"
authority = "cards"
[store]
url = "sqlite:handoff.db"
[listen]
admin = "127.0.0.1:1"
[plugins]
directories = [")" HANDOFF_GOLDEN_PLUGINS R"("]
[connector.cards]
plugin = "picky"
settings = { shop = "main" }
secrets = { key = { env = "GOLDEN_KEY" } }
[[route]]
name = "register-credit"
when = { event = "credit.issued", from = "register", balance_type = ["general"] }
confirm = { deadline = "1500ms" }
hops = [{ to = "cards", do = "issue" }]
)");
  }

  std::string config() const { return dir.file("handoff.toml"); }
  std::string db() const { return dir.file("handoff.db"); }

  Ran run(std::vector<std::string> arguments, int width = 100) {
    std::ostringstream out, err;
    cli::Console console{.out = out,
                         .err = err,
                         .env = [this](const char* name) { return env[name]; },
                         .now_ms = [this] { return clock(); }};
    console.width = width;
    int exit = cli::run(std::move(arguments), console);
    return {exit, plain(out.str()), plain(err.str())};
  }
  /// With -c and the test's configuration.
  Ran ask(std::vector<std::string> arguments, int width = 100) {
    arguments.insert(arguments.end(), {"-c", config()});
    return run(std::move(arguments), width);
  }

  void expect_text(const std::string& name, const Ran& ran) {
    expect_file(std::string(HANDOFF_EXPECTED) + "/" + name + ".txt", ran.out);
  }

  support::TempDir dir;
  std::map<std::string, std::string> env;
  std::function<std::int64_t()> clock = [] { return kNow; };

 private:
  /// Without the places of this run.
  std::string plain(std::string text) const {
    for (const auto& [place, name] : {std::pair(dir.path().string(), "DIR"), {HANDOFF_GOLDEN_PLUGINS, "PLUGINS"}})
      for (std::size_t at = 0; (at = text.find(place)) != std::string::npos;) text.replace(at, place.size(), name);
    static constexpr std::string_view kHash = "sha256      ";  // of a built file: as the compiler likes it
    if (std::size_t at = text.find(kHash); at != std::string::npos) text.replace(at + kHash.size(), 64, "HASH");
    return text;
  }
};

}  // namespace handoff::golden
