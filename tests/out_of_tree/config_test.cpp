// The example's configuration is one that the hub takes.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/config/load.hpp"

namespace handoff::config {
namespace {

/// It is read before the example is built, and Acme cannot be asked who a customer is.
TEST(OutOfTreeConfiguration, HasNothingElseThatLintComplainsAbout) {
  std::ifstream file(EXAMPLE "/connector.json");
  std::ostringstream text;
  text << file.rdbuf();
  auto manifest = parse_manifest(text.str());
  ASSERT_TRUE(manifest) << manifest.error();
  auto find = [&](std::string_view id) -> Catalogue::Answer {
    if (id == manifest->id) return &*manifest;
    return std::unexpected("no connector '" + std::string(id) + "'");
  };
  auto settings = load(EXAMPLE "/handoff.toml", Catalogue(find));
  ASSERT_TRUE(settings) << render(settings.error());
  ASSERT_EQ(settings->warnings.size(), 2u) << render(settings->warnings);
  const std::string said = render(settings->warnings);
  EXPECT_NE(said.find("no connector can be found in"), std::string::npos) << said;
  EXPECT_NE(said.find("nobody is asked who a customer is"), std::string::npos) << said;
}

}  // namespace
}  // namespace handoff::config
