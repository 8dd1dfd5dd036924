#!/usr/bin/env bash
# Every docs/….md#anchor and ARCHITECTURE.md with an anchor that code, tests and documents cite must exist, and
# every relative link of a document, to whatever file or folder. Usage: check_citations.sh [ROOT]. Status 1 if
# one leads nowhere.
set -uo pipefail
root=$(cd "${1:-$(dirname "$0")/../..}" && pwd) || exit 2
cd "$root" || exit 2

# Every file and folder.
places() {
  find . \( -name .git -o -path ./build -o -path ./var -o -name node_modules \) -prune -o -printf '%P\n'
}

# FILE#anchor for each heading, as forges make them, and for each <a id="…">; FILE for the file itself.
anchors() {
  find . -name '*.md' -not -path './build/*' -not -path './var/*' -printf '%P\n' | sort | xargs -r awk '
    FNR == 1 { print FILENAME; fenced = 0 }
    /^ *```/ { fenced = !fenced }
    {
      line = $0
      while (match(line, /<a id="[^"]+">/)) {
        print FILENAME "#" substr(line, RSTART + 7, RLENGTH - 9)
        line = substr(line, RSTART + RLENGTH)
      }
    }
    !fenced && /^#+ / {
      title = tolower($0)
      sub(/^#+ +/, "", title)
      gsub(/<[^>]*>/, "", title)
      gsub(/[^a-z0-9 _-]/, "", title)
      gsub(/ /, "-", title)
      print FILENAME "#" title
    }'
}

# FILE:LINE TARGET for each citation. Links in documents are relative to the document, but those that
# begin at the root (docs/…, ARCHITECTURE.md) are so written everywhere in the code.
citations() {
  find . -type f \( -name '*.hpp' -o -name '*.cpp' -o -name '*.md' -o -name '*.proto' -o -name '*.sql' \
    -o -name '*.bash' -o -name '*.sh' -o -name '*.msnp' -o -name '*.cmake' -o -name CMakeLists.txt \) \
    -not -path './build/*' -not -path './var/*' -printf '%P\n' | sort |
    xargs -r grep -HnoE '(docs/(protocol|decisions)/[A-Za-z0-9_.-]+\.md|ARCHITECTURE\.md)#[A-Za-z0-9_-]+|\]\([^)#: ]*(\.md)?(#[A-Za-z0-9_-]+)?\)' |
    awk -F: '
      {
        file = $1
        target = $3
        if (target ~ /^\]/) {
          if (file !~ /\.md$/) next
          target = substr(target, 3, length(target) - 3)
          if (target == "") next
          sub(/\/$/, "", target)
          if (target ~ /^#/) target = file target
          else { dir = file; if (!sub(/\/[^\/]*$/, "", dir)) dir = "."; target = dir "/" target }
        }
        count = split(target, part, "/"); n = 0
        for (i = 1; i <= count; ++i) {
          if (part[i] == "..") { if (--n < 0) break }
          else if (part[i] != ".") kept[++n] = part[i]
        }
        path = n < 0 ? target : n ? kept[1] : "."; for (i = 2; i <= n; ++i) path = path "/" kept[i]
        print file ":" $2, path
      }'
}

awk 'NR == FNR { known[$0] = 1; next }
     { ++count }
     !($2 in known) { print $1 ": " $2 " leads nowhere"; bad = 1 }
     END { if (!bad) print count " citations and links lead somewhere"; exit bad }' \
  <(places; anchors) <(citations)
