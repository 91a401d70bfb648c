// The whole way: what a completed credit costs, how long a register waits, and what the hub weighs when idle.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "tests/bench/bench.hpp"

namespace handoff::bench {

namespace {

std::int64_t stat(Bed& bed, const char* vendor, const char* what) {
  return bed.sandbox().get("/stats").at(vendor).at(what).to_number<std::int64_t>();
}

/// CPU per credit from acceptance to completion; sources: the register API, or a refund at the register system.
void journeys(Bed& bed, const Size& size, const std::string& name, bool by_webhook, double wanted, Figures& figures) {
  int pid = bed.hub().process().pid();
  double before = cpu_seconds(pid);
  auto begin = std::chrono::steady_clock::now();
  if (by_webhook) {
    support::HttpClient control(bed.sandbox().url("control"));
    for (int i = 0; i < size.journeys; ++i)
      control.post("/square/refund", R"({"customer_email":"load)" + std::to_string(1 + i % size.customers) +
                                         R"(@example.com","amount_minor":2500,"currency":"USD"})");
  } else {
    Plan plan;
    plan.requests = static_cast<std::uint64_t>(size.journeys);
    generate(bed.credits(), plan, [&](std::uint64_t n) { return bed.credit(n); });
  }
  auto arrived = [&] { return bed.store().number("SELECT count(*) FROM credits"); };
  for (int tries = 0; arrived() < size.journeys && tries < 600; ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  bool done = bed.settle(std::chrono::seconds(300));
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  auto complete = static_cast<double>(bed.store().number("SELECT count(*) FROM credits WHERE state = 'complete'"));
  double used = cpu_seconds(pid) - before;
  figures.add(name + ": CPU of handoffd per completed credit", used * 1000 / complete, "ms", wanted,
              done && complete >= size.journeys ? "" : "NOT ALL COMPLETE");
  figures.add(name + ": completed", complete / seconds, "credits/s");
  figures.add(name + ": attempts stored per credit",
              static_cast<double>(bed.store().number("SELECT count(*) FROM attempts")) / complete, "attempts");
  figures.add(name + ": journal rows per credit",
              static_cast<double>(bed.store().number("SELECT count(*) FROM journal")) / complete, "rows");
}

/// A certificate for 127.0.0.1 that signs itself. False without the openssl program.
bool make_certificate(const support::TempDir& folder) {
  std::string command =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "
      "/CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout " +
      folder.file("key.pem") + " -out " + folder.file("cert.pem") + " 2>/dev/null";
  return std::system(command.c_str()) == 0;
}

}  // namespace

void measure_journey(const Size& size, Figures& figures) {
  support::TempDir certificates;
  bool with_tls = make_certificate(certificates);
  auto measure = [&](const std::string& name, bool by_webhook, bool tls, double wanted) {
    Bed::Options options;
    options.config = unlimited();
    options.customers = size.customers;
    if (by_webhook) {
      options.config.inbound_port = support::free_port();
      options.sandbox_options = {"--webhook-url", "http://127.0.0.1:" + options.config.inbound_port + "/in/registers"};
    }
    if (tls) {
      for (const char* part : {"cert", "key"}) {
        options.sandbox_options.push_back(std::string("--tls-") + part);
        options.sandbox_options.push_back(certificates.file(std::string(part) + ".pem"));
      }
      options.environment = {{"SSL_CERT_FILE", certificates.file("cert.pem")}};
    }
    Bed bed(options);
    journeys(bed, size, name, by_webhook, wanted, figures);
  };
  measure("journey, register API and four systems", false, false, 1.5);
  measure("journey, five systems", true, false, 1.5);
  if (!with_tls) {
    std::fprintf(stderr, "bench: no TLS figures: the program openssl is not there\n");
    return;
  }
  measure("journey over TLS, four systems", false, true, 0);
  measure("journey over TLS, five systems", true, true, 0);
}

void measure_confirm(const Size& size, Figures& figures) {
  Bed::Options options;
  options.config = unlimited();
  options.config.confirm = R"({ deadline = "10s", otherwise = "hold" })";
  options.customers = size.customers;
  Bed bed(options);
  std::uint64_t next = 0;
  Plan warm;
  warm.requests = static_cast<std::uint64_t>(size.customers);
  generate(bed.credits(), warm, [&](std::uint64_t) { return bed.credit(next++); });
  bed.settle(std::chrono::seconds(120));
  bed.sandbox().post("/latency", R"({"vendor":"voucherify","ms":50})");
  std::int64_t requests = stat(bed, "voucherify", "requests");
  std::int64_t service = stat(bed, "voucherify", "service_us") + stat(bed, "voucherify", "delay_us");
  Plan plan;
  plan.connections = 128;
  plan.per_second = 200;
  plan.requests = static_cast<std::uint64_t>(size.confirm_seconds) * 200;
  plan.mark = R"("status":"confirmed")";
  Sample sample = generate(bed.credits(), plan, [&](std::uint64_t) { return bed.credit(next++); });
  bed.settle(std::chrono::seconds(120));
  requests = stat(bed, "voucherify", "requests") - requests;
  service = stat(bed, "voucherify", "service_us") + stat(bed, "voucherify", "delay_us") - service;
  auto count = static_cast<double>(sample.answers);
  double calls = static_cast<double>(requests) / count;
  // The register waits for two of them, create and link, one after the other; the read-back follows.
  double vendor_ms = 2 * static_cast<double>(service) / 1000.0 / static_cast<double>(requests);
  std::string note = std::to_string(sample.marked) + " of " + std::to_string(sample.answers) + " confirmed; " +
                     std::to_string(calls).substr(0, 4) + " calls each, 2 of them before the answer";
  figures.add("confirm at 200/s: wall time p50", quantile(sample.latency_ms, 0.5), "ms", 0, note);
  figures.add("confirm at 200/s: wall time p99", quantile(sample.latency_ms, 0.99), "ms");
  figures.add("confirm at 200/s: the platform's own time for these two", vendor_ms, "ms");
  figures.add("confirm at 200/s: p50 less the platform's time", quantile(sample.latency_ms, 0.5) - vendor_ms, "ms");
  figures.add("confirm at 200/s: p99 less the platform's time", quantile(sample.latency_ms, 0.99) - vendor_ms, "ms", 10,
              "wanted at most 10 ms");
}

void measure_footprint(const Size& size, Figures& figures) {
  std::vector<double> starts;
  for (int i = 0; i < 5; ++i) {
    Bed::Options options;
    options.config = unlimited();
    options.customers = 1;
    Bed bed(options);
    starts.push_back(bed.hub().ready_seconds());
    if (i > 0) continue;
    std::this_thread::sleep_for(std::chrono::seconds(1));
    figures.add("idle resident memory, five plugins", resident_mib(bed.hub().process().pid()), "MiB", 30);
  }
  figures.add("start to ready, empty store", median(starts), "s", 0.3);
  (void)size;
}

}  // namespace handoff::bench
