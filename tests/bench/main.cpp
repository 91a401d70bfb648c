// handoff_bench [--quick] [--only intake|journey|confirm|footprint|steps|audit|audit-size] [--rows N] [--json FILE]: one run, every figure.

#include <cstdio>
#include <iostream>
#include <string>

#include "tests/bench/bench.hpp"

int main(int argc, char** argv) try {
  using namespace handoff::bench;
  Size size;
  std::string only, path;
  for (int i = 1; i < argc; ++i) {
    std::string name = argv[i];
    if (name == "--quick") {
      size.rounds = 3;
      size.round_ms = 1000;
      size.journeys = 400;
      size.confirm_seconds = 4;
      size.stored = 40'000;
      size.customers = 200;
      size.audit_rows = 200'000;
    } else if (name == "--only" && i + 1 < argc) {
      only = argv[++i];
    } else if (name == "--rows" && i + 1 < argc) {
      size.audit_rows = std::stol(argv[++i]);
    } else if (name == "--json" && i + 1 < argc) {
      path = argv[++i];
    } else {
      std::cerr
          << "usage: handoff_bench [--quick] [--only intake|journey|confirm|footprint|steps|audit|audit-size] [--rows N] [--json FILE]\n";
      return 2;
    }
  }
  Figures figures;
  auto wanted = [&](const char* what) { return only.empty() || only == what; };
  if (wanted("footprint")) measure_footprint(size, figures);
  if (wanted("confirm")) measure_confirm(size, figures);
  if (wanted("journey")) measure_journey(size, figures);
  if (wanted("intake")) measure_intake(size, figures);
  if (wanted("steps")) measure_steps(figures);
  if (wanted("audit")) measure_audit(size, figures);
  if (only == "audit-size") measure_audit_size(size, figures);
  if (path.empty()) return 0;
  figures.write_json(path);
  std::printf("written: %s\n", path.c_str());
  return 0;
} catch (const std::exception& error) {
  std::cerr << "handoff_bench: " << error.what() << "\n";
  return 2;
}
