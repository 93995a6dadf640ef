#!/usr/bin/env python3
"""Puts texts into the pages that feeds deliver them in: reads a text a line, writes a page a line.

Around and inside of each text come what is not its language: tags with attributes, comments,
scripts, style sheets, addresses, character references, and English boilerplate (menus, captions,
appeals, copyright). The same text in the same line gives the same page. Used by language.py:

    language_wrap.py < texts | detector
"""
import html
import random
import sys

BEFORE = [
    "Home News Sport Business Culture Weather",
    "Skip to main content",
    "Breaking news",
    "By Our Correspondent. Published 4 hours ago. 3 min read",
    "Share on Facebook Share on Twitter Share by email",
    "Listen to this article",
    "Photo: press office, file picture",
]
BETWEEN = [
    "Read more",
    "Advertisement. Scroll down to continue reading",
    "Sign up for our newsletter",
    "Related articles",
    "Click here to enlarge the picture",
    "Watch the video",
]
AFTER = [
    "All rights reserved. This material may not be published, broadcast or rewritten.",
    "Follow us on social media and subscribe to our channel.",
    "Terms of use. Privacy policy. Contact us. About us. Advertise with us.",
    "You have reached your limit of free articles. Log in or subscribe to continue.",
    "We use cookies to improve your experience. Accept all. Manage settings.",
    "Most read. Editor's picks. Comments are closed.",
]
SCRIPT = ('<script>window.dataLayer = window.dataLayer || []; function track(name) '
          '{ if (name) { dataLayer.push({"event": name, "page": "article"}); } }</script>')
STYLE = "<style>.article p { margin: 0 0 1em; font-family: Georgia, serif; }</style>"
COMMENT = "<!-- article body starts here, do not edit by hand -->"


def address(chance):
    word = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(4, 9)))
    return chance.choice([f"https://www.{word}.example/news/latest/{chance.randint(1, 99999)}",
                          f"desk@{word}.example", f"www.{word}.example/more?id={word}&page=2"])


def with_references(text, chance):
    """Spaces and letters beyond ASCII as feeds write them."""
    if chance.random() < 0.5:
        return html.escape(text)
    return "".join(f"&#{ord(letter)};" if ord(letter) > 127 and chance.random() < 0.3
                   else html.escape(letter) for letter in text)


def paragraphs(text, chance):
    words = text.split(" ")
    while words:
        count = chance.randint(20, 60)
        yield " ".join(words[:count])
        words = words[count:]


def wrap(text, chance):
    parts = [STYLE, SCRIPT, '<div class="page main-content" data-section="news">',
             f"<nav>{chance.choice(BEFORE)}</nav>", COMMENT,
             f'<span class="meta">{chance.choice(BEFORE)}</span>']
    for paragraph in paragraphs(text, chance):
        parts.append(f'<p class="story-text paragraph">{with_references(paragraph, chance)}</p>')
        if chance.random() < 0.3:
            parts.append(f'<a href="https://example.org/read/more" title="Read the whole story">'
                         f"{chance.choice(BETWEEN)}</a>")
        if chance.random() < 0.3:
            parts.append(address(chance))
        if chance.random() < 0.2:
            parts.append('<img src="picture.jpg" alt="A picture of the scene" width="640">&nbsp;')
    parts += ["<footer>", chance.choice(AFTER), chance.choice(AFTER), address(chance), "</footer>",
              "</div>"]
    return " ".join(parts)


def main():
    for number, line in enumerate(sys.stdin):
        print(wrap(line.rstrip("\n"), random.Random(number)))


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sys.exit(main())
