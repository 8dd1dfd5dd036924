// The little of Markdown that the checks of the transcripts read: headings, their anchors, and the
// tables below them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace monarch::transcript {

using Cells = std::vector<std::string>;

// From one heading to the next; what stands in a code block is neither heading nor table.
struct Section {
  std::string heading;      // without the #
  std::string anchor;       // as GitHub makes it: lower case, punctuation gone, spaces to hyphens
  std::vector<Cells> rows;  // of all its tables, without their own headings
};

// Nothing if the file cannot be read.
[[nodiscard]] std::vector<Section> sections(const std::string& path);
[[nodiscard]] const Section* find(const std::vector<Section>& all, std::string_view anchor);

}  // namespace monarch::transcript
