// Exports a second symbol: linked with a version script of its own, exports_more.map.

#include "acme.hpp"

extern "C" {
extern HANDOFF_EXPORT const int acme_revision;
const int acme_revision = 2;
}

ACME_CONNECTOR(acme::Acme)
