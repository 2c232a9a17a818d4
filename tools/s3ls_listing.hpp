#pragma once
// What s3ls lists of one URL: objects, unfinished uploads, or versions.

#include "s3ls_choice.hpp"
#include "s3ls_lines.hpp"
#include "store_options.hpp"

namespace sluice {

enum class Listed { objects, incomplete, versions };

/// Throws: base::Error (usage) when --incomplete and --versions contradict each other or a choice.
[[nodiscard]] Listed listed_from(const cli::Args& args, const Choice& choice);

/// Prints what passes `choice`, of which unfinished uploads know nothing.
void list(Listed what, const StoreUrl& url, store::Store& store, const Choice& choice,
          Lines& lines);

}  // namespace sluice
