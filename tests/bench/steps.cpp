// What the ABI costs a step, in this process and in a child. The connector does next to nothing, so that
// only the way there and back is measured. Then what it costs to sign one attempt, by a connector of the SDK: both steps of
// sign/1, without the MAC that the hub computes between them.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <handoff/sdk/door.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/plugin_host/instance.hpp"
#include "tests/bench/bench.hpp"

namespace handoff::bench {

namespace {

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

double us(std::int64_t ns) { return static_cast<double>(ns) / 1000; }

void tell(Figures& figures, const std::string& what, std::vector<std::int64_t> all) {
  std::ranges::sort(all);
  figures.add(what + ", median", us(all[all.size() / 2]), "us");
  figures.add(what + ", 99 %", us(all[all.size() * 99 / 100]), "us");
}

void measure_step(Figures& figures, const std::string& where, const Instance& instance, std::size_t bytes) {
  Arguments arguments;
  arguments.input = R"({"credit":{"ref":"C1","amount":{"amount":"25.00","currency":"USD"}}})";
  arguments.payload = honest_call();
  std::vector<Answer> answers;
  if (bytes > 0) answers.push_back(answer(bytes));
  std::vector<std::int64_t> all;
  for (int i = 0; i < kSteps; ++i) all.push_back(instance.step("pull", arguments, answers, {}).elapsed_ns);
  tell(figures, "step " + where + ", replies of " + std::to_string(bytes) + " bytes", std::move(all));
}

void measure_signing(Figures& figures, const std::string& where, const Instance& instance) {
  SignInput in;
  in.method = "POST";
  in.target = "/v1/cards";
  in.host = "latch.example";
  in.headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", "ho1-k3v7abcd2345abcd2345abcd2345abcd"}};
  in.body_sha256 = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
  in.nonce = "0123456789abcdef0123456789abcdef";
  Arguments arguments;
  arguments.now_ms = 1'795'442'400'000;
  arguments.input = json::write(encode(in));
  arguments.payload = std::string(500, 'x');
  std::vector<std::int64_t> all;
  for (int i = 0; i < kSteps; ++i) {
    Step first = instance.step("sign", arguments, {}, {});
    Answer mac;
    mac.label = "sign";
    mac.http = {200, {}, "c2lnbmVkc2lnbmVkc2lnbmVkc2lnbmVkc2lnbmVkc2k="};
    Step second = instance.step("sign", arguments, {mac}, first.asked);
    if (second.end != StepEnd::done) throw std::runtime_error("the attempt was not signed");
    all.push_back(first.elapsed_ns + second.elapsed_ns);
  }
  tell(figures, "step " + where + ", one attempt signed", std::move(all));
}

/// The same connector in both places.
struct Pair {
  std::unique_ptr<Instance> inside, apart;
  std::int64_t start_ns = 0;  // of the child
};

Pair start(const std::string& from, const support::TempDir& folder) {
  std::string file = folder.file(std::filesystem::path(from).filename().string());
  std::filesystem::copy_file(from, file);
  std::filesystem::permissions(file, std::filesystem::perms(0755));
  auto image = Image::open(file);
  auto plugin = image ? Plugin::load(*image) : std::unexpected(image.error());
  if (!plugin) throw std::runtime_error(plugin.error());
  json::Value settings{json::Object()};
  Apart how;
  how.program = connector_host_program();
  how.name = "bench";
  auto began = std::chrono::steady_clock::now();
  auto apart = Instance::create_apart(*image, settings, how);
  auto took = std::chrono::steady_clock::now() - began;
  auto inside = Instance::create(**plugin, settings);
  if (!inside || !apart) throw std::runtime_error(file + " does not start");
  return Pair{std::move(*inside), std::move(*apart), took.count()};
}

}  // namespace

void measure_steps(Figures& figures) {
  support::TempDir folder;
  const Pair hostile = start(HANDOFF_HOSTILE, folder), latch = start(HANDOFF_LATCH, folder);
  for (std::size_t bytes : {0uz, 2'000uz, 100'000uz}) {
    measure_step(figures, "inside", *hostile.inside, bytes);
    measure_step(figures, "apart", *hostile.apart, bytes);
  }
  measure_signing(figures, "inside", *latch.inside);
  measure_signing(figures, "apart", *latch.apart);
  figures.add("a connector's own process starts", us(hostile.start_ns), "us");
}

}  // namespace handoff::bench
