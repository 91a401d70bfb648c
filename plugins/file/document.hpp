#pragma once
// What is written for other systems to take: one JSON document for each booking, and what it looks like when it is
// read.

#include <handoff/sdk/operations.hpp>
#include <optional>
#include <string>

namespace handoff::file {

/// The text of the document; the same for the same booking, byte for byte.
std::string document_of(const RecordInput& in);

/// Of a document as it lies in a folder; nothing if it is none of ours.
std::optional<Sighting> to_sighting(const json::Value& document);

}  // namespace handoff::file
