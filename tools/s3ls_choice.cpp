#include "s3ls_choice.hpp"

#include <algorithm>

#include "base/glob.hpp"
#include "store_options.hpp"

namespace sluice {

std::vector<cli::Option> choice_options() {
  return {
      {0, "latest", nullptr, "only the newest object or set, of each group"},
      {0, "at", "TIME", "only the newest that is not newer than TIME, of each group"},
      {0, "newer", "DURATION", "only objects younger than this"},
      {0, "older", "DURATION", "only objects older than this"},
      {0, "min-size", "SIZE", "only objects of this size or larger"},
      {0, "max-size", "SIZE", "only objects of this size or smaller"},
      {0, "match", "GLOB", "only names, or parts of names, that match", cli::Times::many},
  };
}

Choice choice_from(const cli::Args& args) {
  const auto ago = [&](const char* key) -> std::optional<base::Time> {
    const auto seconds = args.duration(key);
    if (!seconds) return std::nullopt;
    return base::now() - std::chrono::seconds(*seconds);
  };
  return {.not_before = ago("newer"),
          .not_after = ago("older"),
          .min_size = args.size("min-size"),
          .max_size = args.size("max-size"),
          .globs = args.values("match"),
          .newest = args.has("latest") || args.has("at"),
          .at = time_at(args)};
}

bool Choice::passes(const store::Found& found, const std::string& name) const {
  const store::Object& object = found.object;
  if (not_before && found.time < *not_before) return false;
  if (not_after && found.time > *not_after) return false;
  if (min_size && object.size < *min_size) return false;
  if (max_size && object.size > *max_size) return false;
  return globs.empty() || std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
           return base::glob_matches(glob, name);
         });
}

}  // namespace sluice
