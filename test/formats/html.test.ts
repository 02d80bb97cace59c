import { describe, expect, it } from 'vitest';
import { withoutReferences } from '../../src/formats/html/references.ts';
import { TagReader } from '../../src/formats/html/tags.ts';

/** Values of `src` and `href` that the reader finds, of the page as a whole or in pieces of that many bytes. */
function read(page: string, { piece = page.length, isXml = false, longest = 4096 } = {}): string[] {
  const found: string[] = [];
  const reader = new TagReader(
    ({ name, attributes }) => {
      const at = attributes.get('src') ?? attributes.get('href') ?? attributes.get('xlink:href');
      if (at) found.push(`${name} ${Buffer.from(at.raw).toString('latin1')}${at.isWhole ? '' : '…'}`);
      if (at) expect(page.slice(at.at, at.at + at.raw.length)).toBe(Buffer.from(at.raw).toString('latin1'));
    },
    { isXml, longest },
  );
  const bytes = Buffer.from(page, 'latin1');
  for (let i = 0; i < bytes.length; i += piece) reader.push(bytes.subarray(i, i + piece));
  return found;
}

/** Each is read in one piece and byte by byte: a tag may be cut anywhere. */
function expectRead(page: string, found: string[], options = {}): void {
  for (const piece of [page.length, 1, 3])
    expect(read(page, { piece, ...options }), `${page} by ${piece}`).toEqual(found);
}

describe('the tags of a page', () => {
  it.each([
    ['<script src="a.js"></script>', ['script a.js']],
    ["<SCRIPT SRC='a.js'></SCRIPT>", ['script a.js']],
    ['<script src=a.js></script>', ['script a.js']],
    ['<script src=a.js/></script>', ['script a.js/']],
    // What one library reads as no element at all, and browsers load.
    ['<script/src=a.js></script>', ['script a.js']],
    ['<script "src=no" src=a.js></script>', ['script a.js']],
    ['<script src\n=\n"a.js"\n></script>', ['script a.js']],
    ['<script x="src=no>" src="a.js" src="b.js"></script>', ['script a.js']],
    ['<script src src=b.js></script>', ['script ']],
    ['<script data-src="no" async defer></script>', []],
    ['<script src="a>b.js"></script>', ['script a>b.js']],
    ['<script x=\'"\' src="a.js"></script>', ['script a.js']],
    ['<scripts src="no"></scripts><scrip src="no">', []],
    ['< script src="no">', []],
    ['<<script src="a.js"></script>', ['script a.js']],
    ['<script src="no', []],
    ['<link rel=modulepreload href=a.js><base href="//b/">', ['link a.js', 'base //b/']],
  ])('%s', (page, found) => expectRead(page, found));

  it.each([
    ['<!-- <script src="no"></script> --><script src="a.js"></script>', ['script a.js']],
    ['<!--><script src="a.js"></script>', ['script a.js']],
    ['<!---><script src="a.js"></script>', ['script a.js']],
    ['<!-- --!><script src="a.js"></script>', ['script a.js']],
    ['<!-- -- ><script src="no"></script>', []],
    ['<!---!><script src="no"></script>', []],
    ['<!DOCTYPE html "<script src=no"><script src="a.js"></script>', ['script a.js']],
    ['<?php "<b"?><script src="a.js"></script>', ['script a.js']],
    ['<![CDATA[ > <script src="a.js"></script> ]]>', ['script a.js']],
    ['</ <script src="no"><script src="a.js"></script>', ['script a.js']],
    ['</p "x=>" ><script src="a.js"></script>', ['script a.js']],
  ])('comments, declarations and end tags: %s', (page, found) => expectRead(page, found));

  it.each([
    ['<script>"<script src=no>"</script><script src="a.js"></script>', ['script a.js']],
    ['<style><script src="no"></style><script src="a.js"></script>', ['script a.js']],
    ['<TITLE><script src="no"></script></Title ><script src="a.js"></script>', ['script a.js']],
    ['<textarea><script src="no"></textarea><script src="a.js"></script>', ['script a.js']],
    ['<noscript><script src="no"></script></noscript><script src="a.js"></script>', ['script a.js']],
    ['<script></scripts></scrip></script x="><script src=no>"><script src="a.js"></script>', ['script a.js']],
    ['<script><!-- "<script>" </script> --></script><script src="a.js"></script>', ['script a.js']],
    ['<script><!-- "<script>" </script> <script src=no> </script></script><script src=a.js>', ['script a.js']],
    ['<script><!-- </script><script src="a.js"></script>', ['script a.js']],
    ['<script><!--><script>--></script><script src="a.js"></script>', ['script a.js']],
    ['<plaintext><script src="no"></script></plaintext><script src="no">', []],
  ])('content that is text: %s', (page, found) => expectRead(page, found));

  it.each([
    ['<svg><script href="a.js"/></svg><script src="b.js"></script>', ['script a.js', 'script b.js']],
    ['<svg><title><script xlink:href="a.js"/></title></svg>', ['script a.js']],
    ['<svg><![CDATA[ <script src="no"> ]]></svg><script src="b.js"></script>', ['script b.js']],
    ['<svg><p><script>"<!--"</script><script src="b.js"></script>', ['script b.js']],
    ['<svg><foreignObject><script>"<!--"</script></foreignObject><script href="a.js"/></svg>', ['script a.js']],
    ['<svg/><script>"<!--"</script><script src="b.js"></script>', ['script b.js']],
  ])('in SVG: %s', (page, found) => expectRead(page, found));

  it('in XML, a closed script is closed, and CDATA is text', () => {
    expectRead(
      '<script src="a.js"/><![CDATA[<script src="no"/>]]><script src="b.js"/>',
      ['script a.js', 'script b.js'],
      {
        isXml: true,
      },
    );
  });

  it('keeps the first bytes of a value that is too long', () => {
    expectRead(`<script src="${'a'.repeat(20)}"></script>`, ['script aaaaaaaa…'], { longest: 8 });
    expectRead(`<script src="${'a'.repeat(8)}"></script>`, ['script aaaaaaaa'], { longest: 8 });
  });
});

describe('pages that are made to cost', () => {
  const half = 500_000;
  it.each([
    ['unclosed elements', '<div>'],
    ['beginnings of comments', '<!--'],
    ['beginnings of tags', '<script '],
    ['attributes', '<script a=1 b="2" c '],
    ['attributes without a tag to end them', 'src="x" '],
    ['quotes', '<a x="'],
    ['ends of no element', '</script'],
    ['scripts in what looks like a comment', '<script><!--<script>'],
    ['SVG', '<svg><foreignObject>'],
    ['brackets', '<<<<'],
  ])('%s of 500 kB take as long as their bytes', (_, text) => {
    const page = text.repeat(Math.ceil(half / text.length));
    const cost = (size: number) => {
      const start = performance.now();
      read(page.slice(0, size));
      return performance.now() - start;
    };
    cost(half / 10);
    // A quadratic reader takes 22 s for the second of these.
    expect(cost(half)).toBeLessThan(1000);
  });
});

describe('character references', () => {
  it.each([
    ['a&amp;b', 'a&b'],
    ['&#x68;ttps&colon;&sol;&sol;x&period;y', 'https://x.y'],
    ['&#104;&#116&#x74;p', 'http'],
    ['a&amp=b&ampx&amp b', 'a&amp=b&ampx& b'],
    ['&nbsp;&copy=1&unknown;&#0;&#x110000;', '&nbsp;&copy=1&unknown;\ufffd\ufffd'],
  ])('%s', (text, expected) => expect(withoutReferences(text)).toBe(expected));
});
