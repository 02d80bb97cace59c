/** Our own source, and what three compilers from npm make of it (`-O`), packed by gzip: hermes.oracle.test.ts makes it again. */
export const madeFrom = 'fetch("https://ap-web-1.agora.io","https://second.example.com","h\\u00e4\\u00dflich");';

export const made: Readonly<Record<string, string>> = {
  'hermes-engine@0.1.0':
    'H4sIAAAAAAACAzsmv4f5ILOkvDUDA8PyV50Xfap7Oi+zqj1JrNjMLSh+wSORkQEMQBQTlGaFCDH4MOAHKowMBMEfoLHyQFqGkUEO' +
    'aLgQC8QOh8iPr88DmWwiDAySbgwMUrUMDOw8QKvTc/KTEnPSUkuSM0pKCoqt9PUTC3TLU5N0DfUS0/OLEvUy82ESxanJ+XkpeqkV' +
    'ibkFOal6yfm5DBkMTxjuM+QwZDIkA9m6DCYsDIwsDNnMmUyMDJmMTEBxZoYABhZmIDcU4UaQNzihNBcQ80DFQWLF+aVFyal6WcUo' +
    'vmIEmsUgwsBaX88AAEkJYX5hAQAA',
  'react-native@0.82.1':
    'H4sIAAAAAAACAzsmv4f5ILOkfAIDA8PyV50Xfap7Oi+zqj1JrNjMLSh+waOfkQEMQBQTlGaFCDH4MBAPNBixi/8BGisPpGUYGeSA' +
    'hguxQOxoiPz4+jyQySbCwCDpxsAgVcvAwM4DtDo9Jz8pMScttSQ5o6SkoNhKXz+xQLc8NUnXUC8xPb8oUS8zHyZRnJqcn5eil1qR' +
    'mFuQk6qXnJ/LkMHwhOE+Qw5DJkMykG3AYMnCwMjCUMZczMTIUMzIxFDMwMwQysDCDOTGoLoT5HxOKC0GxJJALAXFDFC54vzSouRU' +
    'vaxiVJ2MoHD7DwT8IsCgAzPq64FCqovZfl3vXOF32M9qpnCgh6u6BM8JAMPlDJGPAQAA',
  'hermes-compiler@260318099.0.8':
    'H4sIAAAAAAACAzsmv4f5ILOkfDIDA8PyV50Xfap7Oi+zqj1JrNjMLSh+waOHkQEMQBQTlGaFCDH4MJAGHBgxxSQQYgosEPMbIj++' +
    'Pg9ksokwMEi6MTBI1TIwsPMArU3PyU9KzElLLUnOKCkpKLbS108s0C1PTdI11EtMzy9K1MvMh0kUpybn56XopVYk5hbkpOol5+cy' +
    'ZDA8YbjPkMOQyZAMZNsyerAwMrAwTGBmZpjAxMQwgZGRYTJDASMLAyMTcxkjww+oX0FAHsm9IDEBCC0E43NCaW6oGhC/OL+0KDlV' +
    'L6sYxbdAS5gYGUQYWeuD3BSstswNn/frnvMP+7plOrxqXwwB2LSeZIwBAAA=',
};
