// The example's configuration is one that the hub takes.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/config/load.hpp"

namespace handoff::config {
namespace {

TEST(OutOfTreeConfiguration, HasNothingThatLintComplainsAbout) {
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
  EXPECT_EQ(settings ? render(settings->warnings) : render(settings.error()), "");
}

}  // namespace
}  // namespace handoff::config
