/**
 * Charts as SVG, drawn by ECharts without a browser
 * (echarts.apache.org/handbook/en/how-to/cross-platform/server). Colours are named by CSS variables, so that one
 * picture is right in light, in dark and on paper.
 */
import { BarChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Line } from './figures.ts';

use([BarChart, ScatterChart, GridComponent, SVGRenderer]);

/** A part of a stacked chart. */
export type Series = { colour: string; numbers: readonly number[] };
/** A number at a time (ISO 8601); `hollow` ones have no colour inside. */
export type Dots = {
  colour: string;
  hollow: boolean;
  dots: readonly { time: string; number: number }[];
};

const ink = 'var(--ink)';
const rule = 'var(--rule)';
const label = { color: ink, fontSize: 13, fontFamily: 'system-ui, sans-serif' };
const numbersAxis = {
  type: 'value',
  minInterval: 1,
  axisLabel: { ...label, hideOverlap: true, formatter: (number: number) => group(number) },
  splitLine: { lineStyle: { color: rule } },
};
const grid = {
  ...{ left: 4, right: 34, top: 12, bottom: 4 },
  ...{ outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
};

/** Columns over time, the series one on the other. */
export function drawColumns(width: number, times: readonly string[], series: Series[]): string {
  const [first = '', last = ''] = [times[0], times.at(-1)];
  return draw(width, 300, {
    grid,
    xAxis: {
      type: 'category',
      data: [...times],
      axisLabel: { ...label, hideOverlap: true },
      axisLine: { lineStyle: { color: ink } },
      axisTick: { show: first !== last, lineStyle: { color: ink } },
    },
    yAxis: numbersAxis,
    series: series.map(({ numbers, colour }) => ({
      type: 'bar',
      stack: 'all',
      barMaxWidth: 60,
      data: [...numbers],
      itemStyle: { color: colour, borderColor: 'var(--paper)', borderWidth: 0.5 },
    })),
  });
}

/** Bars, one below the other, each with its number. */
export function drawBars(width: number, lines: readonly Line[]): string {
  const narrow = width < 500;
  // The font is the reader's, so ECharts cannot measure it: room for its widest.
  const longest = Math.max(0, ...lines.map(({ key }) => key.length));
  const left = Math.min(narrow ? 130 : 240, 16 + 8.5 * longest);
  return draw(width, 34 + 26 * Math.max(1, lines.length), {
    grid: { left, right: 64, top: 12, bottom: 26 },
    xAxis: { ...numbersAxis, splitNumber: narrow ? 2 : 5 },
    yAxis: {
      type: 'category',
      inverse: true,
      data: lines.map(({ key }) => key),
      axisLabel: { ...label, width: left - 8, overflow: 'truncate', interval: 0 },
      axisLine: { lineStyle: { color: ink } },
      axisTick: { show: false },
    },
    series: [
      {
        type: 'bar',
        barMaxWidth: 18,
        data: lines.map(({ number }) => number),
        itemStyle: { color: 'var(--one)' },
        label: {
          ...label,
          show: true,
          position: 'right',
          formatter: ({ value }: { value: number }) => group(value),
        },
      },
    ],
  });
}

/** Dots over time (UTC). */
export function drawDots(width: number, kinds: readonly Dots[]): string {
  return draw(width, 300, {
    useUTC: true,
    grid,
    xAxis: {
      type: 'time',
      axisLabel: { ...label, hideOverlap: true, formatter: '{yyyy}-{MM}-{dd}' },
      axisLine: { lineStyle: { color: ink } },
    },
    yAxis: numbersAxis,
    series: kinds.map(({ colour, hollow, dots }) => ({
      type: 'scatter',
      symbolSize: 7,
      symbol: hollow ? 'diamond' : 'circle',
      data: dots.map(({ time, number }) => [time, number]),
      itemStyle: { color: hollow ? 'var(--paper)' : colour, borderColor: colour, borderWidth: 1.5 },
    })),
  });
}

/** A number with its thousands apart. */
export function group(number: number): string {
  return number.toLocaleString('en');
}

function draw(width: number, height: number, option: EChartsCoreOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({ ...option, animation: false, silent: true });
  const svg = chart.renderToSVGString({ useViewBox: true });
  chart.dispose();
  // The table below says the same to whoever cannot see; ECharts' own styles are for a mouse.
  return svg
    .replace(/<style[^]*?<\/style>/g, '')
    .replace(/ (?:class|ecmeta_\w+|pointer-events|xmlns:xlink|baseProfile|version)="[^"]*"/g, '')
    .replace(/^<svg [^>]*?(?=viewBox)/, `<svg width="${width}" aria-hidden="true" `);
}
