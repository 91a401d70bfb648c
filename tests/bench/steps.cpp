// bench_steps: what the ABI costs a step, in this process and in a child. The connector does next to nothing, so that
// only the way there and back is measured.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "core/plugin_host/instance.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace handoff;
using namespace handoff::plugin_host;

constexpr int kSteps = 20'000;

std::string said(std::string_view text) { return static_cast<char>(text.size()) + std::string(text); }

/// hostile.c: GET /a with one header, under the label "list".
std::string honest_call() {
  std::string out{"\0\0\1\1", 4};
  out += said("list") + said("A") + said("b") + std::string(1, '\0') + said("GET") + said("/a") + said("");
  return out + std::string("\1\0\1\1\0\0", 6);
}

Answer answer(std::size_t bytes) {
  Answer out;
  out.label = "list";
  out.http.status = 200;
  out.http.headers = {{"content-type", "application/json"}, {"date", "Mon, 23 Nov 2026 10:00:00 GMT"}};
  out.http.body = std::string(bytes, 'x');
  return out;
}

std::string tenths(std::int64_t ns) {
  std::int64_t tenth = (ns + 50) / 100;
  return std::to_string(tenth / 10) + "." + std::to_string(tenth % 10);
}

void measure(const char* where, const Instance& instance, std::size_t bytes) {
  Arguments arguments;
  arguments.input = R"({"credit":{"ref":"C1","amount":{"amount":"25.00","currency":"USD"}}})";
  arguments.payload = honest_call();
  std::vector<Answer> answers;
  if (bytes > 0) answers.push_back(answer(bytes));
  std::vector<std::int64_t> all;
  for (int i = 0; i < kSteps; ++i) all.push_back(instance.step("pull", arguments, answers, {}).elapsed_ns);
  std::ranges::sort(all);
  std::cout << where << ", replies of " << bytes << " bytes: median " << tenths(all[all.size() / 2]) << " us, 99 % "
            << tenths(all[all.size() * 99 / 100]) << " us\n";
}

}  // namespace

int main() {
  support::TempDir folder;
  std::string file = folder.file("libhandoff-hostile.so");
  std::filesystem::copy_file(HANDOFF_HOSTILE, file);
  std::filesystem::permissions(file, std::filesystem::perms(0755));
  auto image = Image::open(file);
  auto plugin = image ? Plugin::load(*image) : std::unexpected(image.error());
  if (!plugin) return std::cerr << plugin.error() << "\n", 2;
  json::Value settings{json::Object()};
  auto inside = Instance::create(**plugin, settings);
  Apart how;
  how.program = connector_host_program();
  how.name = "bench";
  auto began = std::chrono::steady_clock::now();
  auto apart = Instance::create_apart(*image, settings, how);
  auto took = std::chrono::steady_clock::now() - began;
  if (!inside || !apart) return std::cerr << "the connector does not start\n", 2;
  for (std::size_t bytes : {0, 2'000, 100'000}) {
    measure("inside", **inside, bytes);
    measure("apart ", **apart, bytes);
  }
  std::cout << "a child starts in " << tenths(took.count()) << " us\n";
}
