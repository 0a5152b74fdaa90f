// The script and the style that a report file holds, as the build made them.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportAssets } from '../../frontends/report/document.tsx';
import { runtimeFolder } from './runtime-files.ts';

export function loadReportAssets(version: string): ReportAssets {
  const [script = '', style = ''] = ['report.js', 'report.css'].map((name) =>
    readFileSync(join(runtimeFolder(), name), 'utf8'),
  );
  return { script, scriptHash: policyHash(script), style, styleHash: policyHash(style), version };
}

function policyHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
