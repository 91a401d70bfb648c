#pragma once
// A vendor that never comes to an end: made from a cassette in which one list is asked for page by page.

#include "core/conformance/play.hpp"

namespace handoff::conformance {

/// How two pages that follow each other are asked for.
struct TwoPages {
  std::size_t first = 0;    // the position of the former
  std::string label;        // of both, without the number at its end
  std::string here, there;  // what their requests differ in: "1" and "2", "" and "&cursor=c2"
  std::int64_t stride = 0;  // where both are numbers: from one to the other
};

/// Nothing where no run of this cassette asks for a second page.
std::optional<TwoPages> two_pages(const Run& run);

/// What the vendor answers to the page after `first` has been answered `pages` times.
using NextPage = std::function<plugin_host::Answer(const plugin_host::Answer& first, std::int64_t pages)>;

struct Endless {
  std::string what;      // "the vendor names the same next page again and again"
  bool certain = false;  // each of its answers says that there is more, whatever was asked before
  NextPage next;
};
std::vector<Endless> endless_vendors(const TwoPages& pages, const Run& recorded);

/// The cassette as it is written up to the first page, and then that vendor.
Script script_of(const Subject& subject, const TwoPages& pages, const plugin_host::Answer& first, const NextPage& next);

}  // namespace handoff::conformance
