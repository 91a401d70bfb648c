#include "core/report/map.hpp"

#include <algorithm>
#include <map>

#include "core/report/html_parts.hpp"

namespace handoff::report {

namespace {

constexpr std::int64_t kStep = 430, kRow = 104, kWide = 150, kHigh = 44, kTop = 64;

std::string spoken_ms(std::int64_t ms) { return ms < 1000 ? std::to_string(ms) + " ms" : spoken(ms / 1000); }

/// A system of a route, where it is drawn.
struct Box {
  std::string route, name;
  std::int64_t depth = 0, row = 0;
};

class Drawing {
 public:
  explicit Drawing(const Map& map) : map_(map) {
    for (const MapHop& hop : map.hops) {
      std::size_t from = box(hop.route, hop.from), to = box(hop.route, hop.to);
      boxes_[to].depth = std::max(boxes_[to].depth, boxes_[from].depth + 1);
    }
    std::int64_t first = 0, last = 0;
    std::map<std::int64_t, std::int64_t> used;  // rows of each depth of this route
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
      if (i > 0 && boxes_[i].route != boxes_[i - 1].route) {
        first = last;
        used.clear();
      }
      boxes_[i].row = first + used[boxes_[i].depth]++;
      last = std::max(last, boxes_[i].row + 1);
      depth_ = std::max(depth_, boxes_[i].depth);
    }
    rows_ = last;
  }

  std::string svg() {
    std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " +
                      std::to_string(depth_ * kStep + kWide + 40) + " " + std::to_string(kTop + rows_ * kRow) +
                      "\" role=\"img\" aria-label=\"The handoffs\">\n<style>" + kLook +
                      "</style>\n<text x=\"20\" y=\"30\" class=\"title\">" + escaped(map_.title) + "</text>\n";
    for (const MapHop& hop : map_.hops) out += edge(hop);
    for (std::size_t i = 0; i < boxes_.size(); ++i) out += drawn(i);
    return out + "</svg>\n";
  }

  const std::vector<Box>& boxes() const { return boxes_; }
  std::size_t box(const std::string& route, const std::string& name) {
    auto found = std::ranges::find_if(boxes_, [&](const Box& one) { return one.route == route && one.name == name; });
    if (found != boxes_.end()) return static_cast<std::size_t>(found - boxes_.begin());
    boxes_.push_back({route, name});
    return boxes_.size() - 1;
  }

 private:
  static constexpr const char* kLook =
      "text{font:13px system-ui,'Segoe UI',Roboto,sans-serif;fill:#1d2327}.soft{fill:#5c666d;font-size:12px}"
      ".title{font-size:15px;font-weight:600}rect{fill:#f2f6f6;stroke:#9cc9c6}path{fill:none;stroke:#7fb2b8;stroke-"
      "width:2}"
      ".loses{stroke:#d9695f;stroke-width:3}.identity{stroke-dasharray:7 4}"
      "@media(prefers-color-scheme:dark){text{fill:#e6e9ea}.soft{fill:#9aa6ab}rect{fill:#1e2426;stroke:#3c7278}}";

  static std::int64_t x(const Box& one) { return 20 + one.depth * kStep; }
  static std::int64_t y(const Box& one) { return kTop + one.row * kRow; }

  std::string drawn(std::size_t i) const {
    const Box& one = boxes_[i];
    bool first = i == 0 || boxes_[i - 1].route != one.route;
    std::string out = "<rect x=\"" + std::to_string(x(one)) + "\" y=\"" + std::to_string(y(one)) + "\" width=\"" +
                      std::to_string(kWide) + "\" height=\"" + std::to_string(kHigh) + "\" rx=\"6\"/><text x=\"" +
                      std::to_string(x(one) + kWide / 2) + "\" y=\"" + std::to_string(y(one) + 27) +
                      "\" text-anchor=\"middle\">" + escaped(one.name) + "</text>\n";
    if (first && !one.route.empty())
      out += "<text x=\"" + std::to_string(x(one)) + "\" y=\"" + std::to_string(y(one) - 8) +
             "\" class=\"soft\">route " + escaped(one.route) + "</text>\n";
    return out;
  }

  std::string edge(const MapHop& hop) {
    const Box &from = boxes_[box(hop.route, hop.from)], &to = boxes_[box(hop.route, hop.to)];
    std::int64_t x0 = x(from) + kWide, y0 = y(from) + kHigh / 2, x1 = x(to), y1 = y(to) + kHigh / 2, bend = x0 + 18;
    std::string look = std::string(hop.lost > 0 ? "loses" : "") + (hop.resolves_identity ? " identity" : "");
    std::string out = "<path class=\"" + look + "\" d=\"M" + std::to_string(x0) + " " + std::to_string(y0) + " H" +
                      std::to_string(bend) + " V" + std::to_string(y1) + " H" + std::to_string(x1) + "\"/>";
    auto line = [&](std::int64_t dy, const std::string& text) {
      out += "<text x=\"" + std::to_string(bend + 8) + "\" y=\"" + std::to_string(y1 + dy) + "\" class=\"soft\">" +
             escaped(text) + "</text>";
    };
    if (hop.measured > 0)
      line(hop.trigger == kNotTold ? -8 : -24, "p50 " + spoken_ms(hop.p50_ms) + ", p99 " + spoken_ms(hop.p99_ms));
    if (hop.trigger != kNotTold) line(-8, hop.trigger);
    if (hop.lost > 0) line(16, share(hop.lost, hop.due) + " lost");
    if (hop.resolves_identity)
      line(hop.lost > 0 ? 32 : 16,
           "whose it is" + (hop.due > 0 ? ": " + grouped(hop.unlinked) + " open" : std::string()));
    return out + "\n";
  }

  const Map& map_;
  std::vector<Box> boxes_;
  std::int64_t depth_ = 0, rows_ = 0;
};

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) out += c == '"' ? std::string("#quot;") : std::string(1, c);
  return out + "\"";
}

}  // namespace

std::string figures(const MapHop& hop) {
  std::string out =
      hop.measured == 0 ? "not measured" : "p50 " + spoken_ms(hop.p50_ms) + ", p99 " + spoken_ms(hop.p99_ms);
  if (hop.lost > 0) out += ", " + share(hop.lost, hop.due) + " lost";
  return out;
}

json::Value map_json(const Map& map) {
  json::Array hops, notes;
  for (const MapHop& hop : map.hops) {
    json::Object one;
    json::Array after(hop.after.begin(), hop.after.end());
    one.set("route", hop.route)
        .set("from", hop.from)
        .set("to", hop.to)
        .set("op", hop.op)
        .set("hop", hop.id)
        .set("after", std::move(after));
    one.set("trigger", hop.trigger).set("measured", hop.measured);
    one.set("measured_by_log", hop.by_log).set("p50_ms", hop.p50_ms).set("p95_ms", hop.p95_ms);
    one.set("p99_ms", hop.p99_ms).set("due", hop.due).set("lost", hop.lost);
    one.set("resolves_identity", hop.resolves_identity).set("unlinked", hop.unlinked);
    one.set("sla", hop.sla).set("proposed_sla", hop.proposed).set("note", hop.note);
    hops.emplace_back(std::move(one));
  }
  for (const std::string& note : map.notes) notes.emplace_back(note);
  json::Object out;
  out.set("schema", 1).set("title", map.title).set("hops", std::move(hops)).set("notes", std::move(notes));
  return json::Value(std::move(out));
}

std::string map_svg(const Map& map) { return Drawing(map).svg(); }

std::string map_mermaid(const Map& map) {
  Drawing drawing(map);
  std::string out = "flowchart LR\n";
  for (std::size_t i = 0; i < drawing.boxes().size(); ++i) {
    const Box& one = drawing.boxes()[i];
    std::string name = one.route.empty() ? one.name : one.name + "<br/>" + one.route;
    out += "  n" + std::to_string(i) + "[" + quoted(name) + "]\n";
  }
  for (const MapHop& hop : map.hops) {
    std::string label = hop.trigger + "<br/>" + figures(hop) + (hop.resolves_identity ? "<br/>whose it is" : "");
    out += "  n" + std::to_string(drawing.box(hop.route, hop.from)) + (hop.resolves_identity ? " ==>|" : " -->|") +
           quoted(label) + "| n" + std::to_string(drawing.box(hop.route, hop.to)) + "\n";
  }
  return out;
}

std::string sla_toml(const Map& map) {
  std::string out, route;
  for (const MapHop& hop : map.hops) {
    if (hop.proposed.empty()) continue;
    std::string measure = "  # " + figures(hop) + ", " + grouped(hop.measured) + " measured" +
                          (hop.by_log > 0 ? ", " + grouped(hop.by_log) + " of them by the logs" : "");
    if (hop.op.empty()) {
      out += "# to " + hop.to + ": sla = \"" + hop.proposed + "\"" + measure + "\n";
      continue;
    }
    if (hop.route != route) out += (out.empty() ? "" : "\n") + ("# hops of route " + hop.route) + "\n";
    route = hop.route;
    std::string after;
    for (const std::string& one : hop.after) after += (after.empty() ? "\"" : ", \"") + one + "\"";
    out += "{ to = \"" + hop.to + "\", do = \"" + hop.op + "\"" + (after.empty() ? "" : ", after = [" + after + "]") +
           ", sla = \"" + hop.proposed + "\" }," + measure + "\n";
  }
  return out;
}

}  // namespace handoff::report
